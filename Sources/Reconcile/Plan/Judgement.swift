import SIP

// What happens to one declared account: the three-way comparison, one question after the other.

extension Planning {
  mutating func judge(_ position: Int, row: Int?) {
    let account = desired.accounts[position].account
    noteBlockers(of: account, at: position)
    guard selection.includes(account.id) else { return leaveAlone(position, row: row) }
    if let other = observed.otherOwners[account.id], other != options.takeover { return }
    let view = AccountView(account: account, row: row.map { observed.owned[$0] }, in: self, at: position)
    defer { noteForeign(view) }
    if !account.register {
      judgeDisabled(view, cause: cause(.config, [.register], at: position))
    } else if let blockers = blockedBy[position] {
      judgeBlocked(view, by: blockers)
    } else if view.row == nil {
      judgeNew(view)
    } else {
      judgeOwned(view)
    }
  }

  /// An account outside the selection keeps what it has; if that is nothing, its dependents cannot go on.
  private mutating func leaveAlone(_ position: Int, row: Int?) {
    let isBound = row.map {
      observed.owned[$0].phase == .bound && observed.owned[$0].mayBeBound(at: observed.at)
    }
    let account = desired.accounts[position].account
    if isBound != true, blockedBy[position] == nil { blockedBy[position] = [account.id] }
    guard let suspension = selection.suspended[account.declaredID] else { return }
    let owned = row.map { observed.owned[$0].account }
    keep(account.id, owned == nil ? .register : owned == account ? .refresh : .edit, suspension.text)
  }

  /// A dependent of an account that is declared unregistered, or is blocked itself, cannot be registered.
  private mutating func noteBlockers(of account: Account, at position: Int) {
    guard let masters = graph.masters[position] else { return }
    for master in masters {
      let id = desired.accounts[master].account.id
      guard account.dependsOn.contains(where: { $0.account == id && $0.condition == .registered }) else {
        continue
      }
      if let blockers = blockedBy[master] {
        blockedBy[position] = blockers.contains(id) ? blockers : blockers + [id]
      } else if !desired.accounts[master].account.register {
        blockedBy[position] = [id]
      } else if account.onMasterLoss == .withdraw, isLost(master) {
        blockedBy[position] = [id]
      } else {
        continue
      }
      return
    }
  }

  /// True for a master whose binding is gone and could not be had again at the last attempt.
  private func isLost(_ position: Int) -> Bool {
    guard let row = index.current[desired.accounts[position].account.id] else { return false }
    let owned = observed.owned[row]
    let failed = owned.lastCode.map { !(200..<300).contains($0) } ?? (owned.lastReason != nil)
    return failed && !(owned.phase == .bound && owned.mayBeBound(at: observed.at))
  }

  private mutating func judgeDisabled(_ view: AccountView, cause: Cause) {
    guard let row = view.row else { return finishUnchanged(view) }
    switch row.phase {
    case .cleared, .tombstone:
      let fields = view.differences
      if fields.isEmpty && row.account.id == view.account.id { return finishUnchanged(view) }
      add(.local, Cause(.config, at: cause.at), [.record], fields, view)
    case .pending, .bound:
      withdraw(view, row: row, cause: cause)
    }
  }

  private mutating func judgeBlocked(_ view: AccountView, by blockers: [AccountID]) {
    if let row = view.row, row.phase == .bound || row.phase == .pending, row.mayBeBound(at: observed.at),
      isWithdrawn(view, with: blockers[0])
    {
      withdraw(view, row: row, cause: Cause(.dependency, at: desired.accounts[view.position].at))
    } else {
      let reason = "blocked: \(blockers[0]) is not registered" + blockedDetail(blockers[0])
      plan.kept.append(KeptAccount(account: view.account.id, action: .register, reason: reason))
      if !view.tombstones.isEmpty { add(.unregister, Cause(.orphan), [], [], view) }
    }
  }

  /// A dependent loses its binding with its master if the root cause is declared unregistered, or if it is
  /// lost and the dependent says `onMasterLoss: withdraw`; not if this plan merely leaves it out.
  private func isWithdrawn(_ view: AccountView, with root: AccountID) -> Bool {
    guard let position = positions[root] else { return false }
    if !desired.accounts[position].account.register { return true }
    return view.account.onMasterLoss == .withdraw && selection.includes(root)
  }

  private func blockedDetail(_ root: AccountID) -> String {
    if let position = positions[root], !desired.accounts[position].account.register {
      return " (register: false)"
    }
    if selection.includes(root) { return "" }
    let declared = positions[root].map { desired.accounts[$0].account.declaredID } ?? root
    return ", and " + (selection.suspended[declared]?.text ?? "this plan leaves it out")
  }

  private mutating func judgeNew(_ view: AccountView) {
    if case .known(let bindings)? = view.live, bindings.contains(where: view.ownership.owns), mayAdopt(view) {
      add(.adopt, cause(.config, [], at: view.position), [.record], [], view)
    } else {
      add(.register, cause(.config, [], at: view.position), Planning.registering, [], view)
      contactMoves.insert(view.position)
    }
  }

  /// False where a binding counts only with an answer to a REGISTER of ours: one that the registrar gave without
  /// asking for the password, or in which it did not prove itself, would pass unseen.
  private func mayAdopt(_ view: AccountView) -> Bool {
    if desired.engine.challenges.isRequired, !view.account.credentials.isEmpty { return false }
    let wasRejectedByUs = view.row.map { row in
      row.phase == .pending && row.lastCode.map { (200..<300).contains($0) } ?? false
    }
    return wasRejectedByUs != true
  }

  /// One step, shared by all changes that have no other.
  private static let registering: [Step] = [.register]

  private mutating func judgeOwned(_ view: AccountView) {
    guard let row = view.row else { return }
    let fields = view.differences
    let effects = Set(fields.map(\.effect))
    let replaces = effects.contains(.replace)
    if (replaces || effects.contains(.move)) && row.phase != .cleared {
      return relocate(view, row: row, action: replaces ? .replace : .move, fields: fields)
    }
    switch row.phase {
    case .cleared, .tombstone:
      add(.register, cause(.config, fields, at: view.position), Planning.registering, fields, view)
      contactMoves.insert(view.position)
    case .pending:
      if let contact = view.contactToAdopt, mayAdopt(view), !effects.contains(.edit),
        !view.mustFollow(contactMoves),
        view.movedAddress == nil
      {
        add(.adopt, Cause(.orphan, at: view.at), [.record], fields, view)
        adoptedContacts[view.position] = contact
      } else {
        add(.register, Cause(.orphan, at: view.at), Planning.registering, fields, view)
        contactMoves.insert(view.position)
      }
    case .bound:
      judgeBound(view, row: row, fields: fields)
    }
  }

  /// Replaces or moves an account: the new binding first, then the old one away.
  private mutating func relocate(
    _ view: AccountView,
    row: OwnedRegistration,
    action: Change.Action,
    fields: [AccountField]
  ) {
    if view.account.protect {
      keep(view.account.id, action, "protected: say protect: false first")
      return
    }
    let isGone = isGone(view, row)
    let last: Step = isGone ? .forget(callID: row.callID) : .unregister(callID: row.callID)
    add(action, cause(.config, fields, at: view.position), [.register, last], fields, view)
    if !keepsContact(view.account, row) { contactMoves.insert(view.position) }
  }

  /// True where what shares the account's contact has it already, whatever else of the account changes.
  private func keepsContact(_ account: Account, _ row: OwnedRegistration) -> Bool {
    guard let declared = account.declaredContact, let bound = row.contact, !account.outbound.usesGRUU,
      !row.account.outbound.usesGRUU
    else { return false }
    return SIPURI.sameContact(declared.description, bound)
  }

  mutating func withdraw(_ view: AccountView, row: OwnedRegistration, cause: Cause) {
    if view.account.protect {
      return keep(view.account.id, .unregister, "protected: say protect: false first")
    }
    if case .unknown(let reason)? = view.live {
      plan.unknown.append(UnknownAccount(account: view.account.id, reason: reason))
      return
    }
    let isGone = isGone(view, row)
    add(
      isGone ? .local : .unregister,
      cause,
      isGone ? [.record] : [.unregister(callID: row.callID)],
      [],
      view
    )
  }

  /// True if nothing of this registration is left to remove, nor of an edit of it that was cut short.
  private func isGone(_ view: AccountView, _ row: OwnedRegistration) -> Bool {
    let isListed = !view.isVanished || view.hasLeftovers
    return !isListed || !row.mayBeBound(at: observed.at) || row.contactsLeft.isEmpty
  }

  mutating func keep(_ id: AccountID, _ action: Change.Action, _ reason: String) {
    plan.kept.append(KeptAccount(account: id, action: action, reason: reason))
  }
}
