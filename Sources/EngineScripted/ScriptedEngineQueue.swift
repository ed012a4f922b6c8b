import Reconcile
import SIP

// One REGISTER at a time for each identity at each registrar: what waits, what is sent, what is answered.

extension ScriptedEngine {
  func wantRegister(_ id: AccountID) {
    guard let entry = accounts[id], entry.account.register else { return }
    if entry.isInFlight {
      accounts[id]?.isWanted = true
      return
    }
    guard !entry.isQueued, heldBack[id] == nil else { return }
    guard !entry.isSuspended else {
      accounts[id]?.waitsForResume = true
      return
    }
    guard areMastersReady(entry.account) else {
      accounts[id]?.waitsForMasters = true
      return
    }
    accounts[id]?.isQueued = true
    enqueue(ScriptedJob(id, .register), .init(entry.account))
  }

  func wantRemoval(_ id: AccountID) {
    guard let entry = accounts[id] else { return }
    accounts[id]?.waitsForMasters = false
    if entry.isInFlight {
      accounts[id]?.isWanted = true
    } else if entry.isBound {
      enqueue(ScriptedJob(id, .remove), .init(entry.account))
    } else {
      announce(id, .cleared)
    }
  }

  private func areMastersReady(_ account: Account) -> Bool {
    account.dependsOn.allSatisfy { dependency in
      guard let master = accounts[dependency.account] else { return false }
      switch dependency.condition {
      case .registered: return master.isBound
      case .attempted: return master.isBound || master.wasAttempted || !master.account.register
      }
    }
  }

  func enqueue(_ job: ScriptedJob, _ key: ScriptedRegistrar.Key) {
    if inFlight[key] != nil { overlaps += 1 }
    queues[key, default: []].append(job)
    sendNext(key)
  }

  private func sendNext(_ key: ScriptedRegistrar.Key) {
    guard inFlight[key] == nil, var queue = queues[key], !queue.isEmpty else { return }
    var job = queue.removeFirst()
    queues[key] = queue.isEmpty ? nil : queue
    guard let request = send(job) else { return sendNext(key) }
    job.sent = request
    inFlight[key] = job
    if !held.contains(job.account) { complete(job, key) }
  }

  /// Sends a job; nil if there is nothing to send any more.
  private func send(_ job: ScriptedJob) -> ScriptedRequest? {
    switch job.kind {
    case .withdraw(let withdrawal, _, _):
      let sequence = withdrawal.sequence
      return record(
        .remove,
        withdrawal.account,
        callID: sequence.callID,
        cseq: sequence.lastCSeq + 1,
        contact: withdrawal.contact
      )
    case .register, .remove:
      guard var entry = accounts[job.account] else { return nil }
      entry.isQueued = false
      entry.isInFlight = true
      let cseq = entry.nextCSeq()
      accounts[job.account] = entry
      guard case .register = job.kind, entry.account.register else {
        return record(.remove, entry.account, callID: entry.callID, cseq: cseq, contact: entry.boundContact)
      }
      let contact = contact(of: entry)
      accounts[job.account]?.sentContact = contact
      announce(job.account, entry.isBound ? .refreshing : .progress)
      let old = entry.boundContact.flatMap { SIPURI.sameContact($0, contact) ? nil : $0 }
      return record(
        .register,
        entry.account,
        callID: entry.callID,
        cseq: cseq,
        contact: contact,
        removing: old
      )
    }
  }

  func complete(_ job: ScriptedJob, _ key: ScriptedRegistrar.Key) {
    guard let request = job.sent else { return }
    inFlight[key] = nil
    switch job.kind {
    case .withdraw(_, let position, let sink):
      if case .withdraw(let withdrawal, _, _) = job.kind,
        removalAnswers[request.account] ?? .accept == .accept
      {
        for former in withdrawal.formerContacts { registrar.remove(former, for: key) }
      }
      sink.yield((position, removal(request, key)))
    case .register, .remove:
      if request.kind == .register { registered(request, key) } else { removed(request, key) }
      goOn(job.account)
    }
    sendNext(key)
  }

  private func removal(_ request: ScriptedRequest, _ key: ScriptedRegistrar.Key) -> WithdrawalResult {
    let answer = removalAnswers[request.account] ?? .accept
    if answer == .accept || answer == .loseAnswer, let contact = request.contact {
      registrar.remove(contact, for: key)
    }
    var result = WithdrawalResult(failure: answer.failure, code: answer.code, cseq: request.cseq)
    result.reason = answer.reason
    return result
  }

  private func removed(_ request: ScriptedRequest, _ key: ScriptedRegistrar.Key) {
    let result = removal(request, key)
    accounts[request.account]?.isInFlight = false
    if result.failure == nil { accounts[request.account]?.boundContact = nil }
    announce(request.account, .cleared, failure: result.failure, code: result.code, reason: result.reason)
  }

  private func registered(_ request: ScriptedRequest, _ key: ScriptedRegistrar.Key) {
    let id = request.account
    let answer = nextAnswer(id)
    guard let contact = request.contact else { return }
    if answer == .accept || answer == .loseAnswer {
      if let old = request.removedContact { registrar.remove(old, for: key) }
      for former in accounts[id]?.formerContacts ?? [] where !SIPURI.sameContact(former, contact) {
        registrar.remove(former, for: key)
      }
      registrar.bind(Binding(contact: contact, expires: accounts[id]?.account.expires), for: key)
    }
    guard var entry = accounts[id] else { return }
    let former = entry.boundContact
    entry.isInFlight = false
    entry.wasAttempted = true
    if answer == .accept {
      entry.boundContact = contact
      entry.formerContacts = []
    } else if entry.isBound, entry.boundContact != contact, !entry.formerContacts.contains(contact) {
      entry.formerContacts.append(contact)
    }
    accounts[id] = entry
    let state: RegistrationState = entry.isBound ? .ok : .failed
    announce(id, state, failure: answer.failure, code: answer.code, reason: answer.reason)
    guard answer == .accept else { return wakeDependents(of: id, hasNewContact: false) }
    wakeDependents(of: id, hasNewContact: former.map { $0 != contact } ?? false)
  }

  private func wakeDependents(of id: AccountID, hasNewContact: Bool) {
    for dependent in dependents[id] ?? [] {
      guard let entry = accounts[dependent] else { continue }
      if entry.waitsForMasters, areMastersReady(entry.account) {
        accounts[dependent]?.waitsForMasters = false
        wantRegister(dependent)
      } else if hasNewContact, entry.account.contactMaster == id, entry.isBound, entry.account.contact == nil
      {
        wantRegister(dependent)
      }
    }
  }

  /// Does what was asked for while a REGISTER was in flight.
  private func goOn(_ id: AccountID) {
    guard let entry = accounts[id], entry.isWanted else { return }
    accounts[id]?.isWanted = false
    if entry.account.register { wantRegister(id) } else { wantRemoval(id) }
  }

  private func nextAnswer(_ id: AccountID) -> ScriptedAnswer {
    guard var queue = answers[id], !queue.isEmpty else { return lasting[id] ?? .accept }
    let answer = queue.removeFirst()
    answers[id] = queue
    return answer
  }

  private func contact(of entry: ScriptedAccount) -> String {
    let account = entry.account
    if let declared = account.contact { return declared.uri.description }
    if let master = account.contactMaster, let shared = accounts[master]?.boundContact { return shared }
    let user = account.identity.uri.user ?? "anonymous"
    let before = followsAddress || advertised != nil ? nil : entry.addition.contact
    let shown = advertised.map { shown in shown.port.map { "\(shown.host):\($0)" } ?? "\(shown.host)" }
    var contact = before ?? "sip:\(user)@\(shown ?? address)"
    if let push = account.push, !contact.contains(";pn-provider=") {
      contact += ";pn-provider=\(push.provider);pn-prid=\(push.prid)"
    }
    return contact
  }

  @discardableResult
  func record(
    _ kind: ScriptedRequest.Kind,
    _ account: Account,
    callID: String,
    cseq: UInt32,
    contact: String?,
    removing old: String? = nil
  ) -> ScriptedRequest {
    let key = ScriptedRegistrar.Key(account)
    let request = ScriptedRequest(
      kind: kind,
      account: account.id,
      registrar: key.host,
      identity: key.identity,
      callID: callID,
      cseq: cseq,
      contact: contact,
      removedContact: old
    )
    requests.append(request)
    return request
  }

  func announce(
    _ id: AccountID,
    _ state: RegistrationState,
    failure: RegistrationFailure? = nil,
    code: UInt16? = nil,
    reason: String = ""
  ) {
    guard let entry = accounts[id] else { return }
    accounts[id]?.state = state
    var event = RegistrationEvent(
      account: id,
      state: state,
      reason: reason,
      callID: entry.callID,
      cseq: entry.cseq
    )
    event.failure = failure
    event.code = code
    event.contact = entry.boundContact ?? entry.sentContact
    event.formerContacts = entry.formerContacts
    if state == .ok || state == .refreshing {
      let granted = entry.account.expires
      event.granted = granted
      event.expiresIn = .seconds(Int(granted))
      event.nextIn = .seconds(Int(granted) * 4 / 5)
      if state == .ok, failure == nil { event.bindings = registrar.bindings(.init(entry.account)) }
    } else if state == .failed {
      event.nextIn = .seconds(Int(entry.account.retry.base))
    }
    announcer.yield([event])
  }
}

extension ScriptedAnswer {
  var failure: RegistrationFailure? {
    switch self {
    case .accept: nil
    case .refuse: .refused
    case .fail(let failure): failure
    case .loseAnswer: .timeout
    }
  }

  var code: UInt16? {
    switch self {
    case .accept: 200
    case .refuse(let code, _): code
    case .fail, .loseAnswer: nil
    }
  }

  var reason: String {
    switch self {
    case .accept: "OK"
    case .refuse(_, let reason): reason
    case .fail, .loseAnswer: ""
    }
  }
}
