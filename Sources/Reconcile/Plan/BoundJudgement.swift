import SIP

// What happens to an account that we own and that was bound: edits, drift, and what time brings.

extension Planning {
  mutating func judgeBound(_ view: AccountView, row: OwnedRegistration, fields: [AccountField]) {
    let edits = fields.filter { $0.effect == .edit || $0.effect == .toggle }
    let isExpired = !row.mayBeBound(at: observed.at)
    // Whatever is sent for it shows the contact that it shares: who shares that in turn is to follow.
    if view.mustFollow(contactMoves) { contactMoves.insert(view.position) }
    if !edits.isEmpty {
      let steps: [Step] = isOtherBinding(view, row) ? [.unregister(callID: row.callID), .register] : [.edit]
      add(.edit, cause(.config, edits, at: view.position), steps, fields, view)
      if edits.contains(where: { movesContact($0, of: view, row: row) }) {
        contactMoves.insert(view.position)
      }
    } else if view.hasNewSecret {
      let at = desired.accounts[view.position].fieldLocations[.auth] ?? view.at
      add(.edit, Cause(.secret, at: at), [.edit], fields, view)
      plan.changes[plan.changes.count - 1].fields.append(.secret)
    } else if view.isVanished {
      add(.repair, Cause(.drift, at: view.at), [.refresh], fields, view)
    } else if view.mustFollow(contactMoves) {
      add(.follow, Cause(.dependency, at: view.at), [.refresh], fields, view)
    } else if let moved = view.movedAddress {
      add(.edit, Cause(.address, at: view.at), [.edit], fields, view)
      plan.changes[plan.changes.count - 1].fields.append(moved)
      contactMoves.insert(view.position)
    } else if let drifted = view.driftedPreference {
      add(.repair, Cause(.drift, at: view.at), [.refresh], fields, view)
      plan.changes[plan.changes.count - 1].fields.append(drifted)
    } else if view.hasLeftovers {
      add(.repair, Cause(.orphan, at: view.at), [.refresh], fields, view)
    } else if isExpired {
      add(view.isLive ? .refresh : .repair, Cause(.expired, at: view.at), [.refresh], fields, view)
    } else {
      judgeValid(view, row: row, fields: fields)
    }
  }

  /// True if the registrar may hold what is registered now beside what was, for it tells the two apart by instance
  /// id and reg-id although their contact is the same (RFC 5626, 6): then the old one has to go first, while it is
  /// the only one that a contact can name.
  private func isOtherBinding(_ view: AccountView, _ row: OwnedRegistration) -> Bool {
    let (new, old) = (view.account.outbound, row.account.outbound)
    guard !view.account.protect, row.mayBeBound(at: observed.at) else { return false }
    if new.registrationID != old.registrationID { return true }
    guard new.isEnabled, let declared = new.instanceID, let present = row.instanceID else { return false }
    return declared != present
  }

  /// Bound, unexpired and without a difference that the wire would show.
  private mutating func judgeValid(_ view: AccountView, row: OwnedRegistration, fields: [AccountField]) {
    if options.requestedRefresh.contains(view.account.id) {
      add(.refresh, Cause(.requested, at: view.at), [.refresh], fields, view)
    } else if index.current[view.account.id].map(isDue) == true {
      add(.refresh, Cause(.due, at: view.at), [.refresh], fields, view)
    } else if !view.removals.isEmpty {
      let steps: [Step] = needsRecord(view, row: row, fields: fields) ? [.record] : []
      add(.repair, Cause(.drift, at: view.at), steps, fields, view)
    } else if !view.tombstones.isEmpty {
      let steps: [Step] = needsRecord(view, row: row, fields: fields) ? [.record] : []
      let isOver = view.tombstones.allSatisfy { !observed.owned[$0].mayBeBound(at: observed.at) }
      add(isOver ? .local : .unregister, Cause(.orphan, at: view.at), steps, fields, view)
    } else if needsRecord(view, row: row, fields: fields) {
      add(.local, cause(.config, fields, at: view.position), [.record], fields, view)
    } else {
      finishUnchanged(view)
    }
  }

  private func needsRecord(_ view: AccountView, row: OwnedRegistration, fields: [AccountField]) -> Bool {
    !fields.isEmpty || row.account.id != view.account.id || row.account.dependsOn != view.account.dependsOn
  }

  mutating func finishUnchanged(_ view: AccountView) {
    if case .unknown(let reason)? = view.live, view.account.register {
      plan.unknown.append(UnknownAccount(account: view.account.id, reason: reason))
    } else if !view.tombstones.isEmpty {
      add(.unregister, Cause(.orphan, at: view.at), [], [], view)
    } else {
      plan.unchanged.append(view.account.id)
    }
  }

  /// True if the edit of this field gives the account another contact URI.
  private func movesContact(_ field: AccountField, of view: AccountView, row: OwnedRegistration) -> Bool {
    switch field {
    case .contact: view.account.contact?.uri != row.account.contact?.uri
    case .push, .outbound: true
    case .identity, .displayName, .from, .registrar, .outboundProxy, .transport, .register, .dependsOn, .auth,
      .expires, .headers, .keepAlive, .retry, .onRemove, .onMasterLoss, .exclusive, .protect,
      .sharedIdentity, .redirects, .redirect, .movedFrom, .labels, .description, .tls:
      false
    }
  }
}

extension FieldChange {
  /// That a secret has another value, of which nothing is shown.
  static let secret = FieldChange(path: AccountField.auth.path, before: nil, after: nil, isSensitive: true)
  /// That a device token has another value.
  static let pushToken = FieldChange(path: "push.prid", before: nil, after: nil, isSensitive: true)
}
