public import Reconcile
import SIP

/// Makes the status document: from the state alone, or from what an agent knows beside it.
public struct StatusBuilder: Sendable {
  private let desired: DesiredState?
  private let now: Timestamp
  private var activities: AccountTable<AccountActivity> = [:]
  private var instant = Instant(nanoseconds: 0)
  private let suspensions: [AccountID: Suspension]
  /// What would let a refused plan through.
  private var refusedFor: [String] = []

  /// - Parameter desired: what is declared; nil takes what we own to be declared as it was registered.
  /// - Parameter suspensions: what is left alone, by declared names.
  public init(
    desired: DesiredState?,
    suspensions: [AccountID: Suspension] = [:],
    at now: Timestamp
  ) {
    self.desired = desired
    self.suspensions = suspensions
    self.now = now
  }

  init(
    desired: DesiredState?,
    activities: AccountTable<AccountActivity>,
    refusals: [Refusal] = [],
    suspensions: [AccountID: Suspension] = [:],
    at now: Timestamp,
    _ instant: Instant
  ) {
    self.init(desired: desired, suspensions: suspensions, at: now)
    self.activities = activities
    self.instant = instant
    refusedFor = refusals.map(\.option)
  }

  /// The accounts in the order of the files, then what we own beside them, by name.
  public func accounts(owned: [OwnedRegistration]) -> [AccountStatus] {
    var rows: [AccountID: [OwnedRegistration]] = [:]
    for var row in owned {
      row.limitTimes(at: now)
      rows[row.account.id, default: []].append(row)
    }
    var accounts: [AccountStatus] = []
    let all = rows
    let blockers = Blockers(desired) { id in isBound(id, all[id] ?? []) }
    for declared in desired?.accounts ?? [] {
      let account = declared.account
      let ours = rows.removeValue(forKey: account.id) ?? []
      accounts.append(status(of: account.id, declared: account, ours, blockers.of(account)))
    }
    for id in rows.keys.sorted() {
      let ours = rows[id] ?? []
      let current = StatusBuilder.current(ours)
      let stands = desired == nil && current?.phase != .tombstone
      accounts.append(status(of: id, declared: stands ? current?.account : nil, ours, []))
    }
    return FlowJudge(accounts).judged
  }

  private func isBound(_ id: AccountID, _ rows: [OwnedRegistration]) -> Bool {
    guard let row = StatusBuilder.current(rows), row.phase == .bound, row.mayBeBound(at: now) else {
      return false
    }
    return activities[id].map { $0.isBound || $0.state == .none } ?? true
  }

  private func status(
    of id: AccountID,
    declared: Account?,
    _ rows: [OwnedRegistration],
    _ blockers: [AccountID]
  ) -> AccountStatus {
    let row = StatusBuilder.current(rows)
    let activity = activities[id]
    let known = activity?.blockedBy ?? []
    let judge = ConditionJudge(
      declared: declared,
      row: row,
      activity: activity,
      blockedBy: known.isEmpty ? blockers : known,
      now: now,
      refusedFor: refusedFor,
      suspension: suspensions.isEmpty ? nil : suspensions[(declared ?? row?.account)?.declaredID ?? id]
    )
    // An account is declared or has a row, else nobody would ask for it.
    let account =
      declared ?? row?.account ?? Account(id: id, identity: NameAddress(uri: SIPURI(host: .name(""))))
    var status = AccountStatus(
      account: id,
      identity: account.identity.uri.description,
      registrar: account.registrar.description,
      state: state(judge),
      conditions: judge.conditions(),
      bindings: bindings(rows, activity),
      requested: account.expires,
      blockedBy: judge.blockedBy
    )
    status.flowOf = account.flowOf
    status.contact = row?.contact.map(PushToken.removed)
    status.granted = row?.granted
    status.expiresAt = row?.expiresAt?.description
    let next = activity?.nextAt.map { now + ($0 - instant) } ?? row?.refreshAt
    // What is due and is not done waits for something else; when it comes, nobody knows.
    let isSent = judge.suspension == nil
    status.nextRefreshAt = next.flatMap { isSent && $0 > now ? $0 : nil }?.description
    status.lastCode = activity?.code ?? row?.lastCode
    status.lastReason = row?.lastReason
    status.peer = row?.peer
    status.publicAddress = activity?.publicAddress
    if activity?.isUnauthenticated == true { status.unauthenticated = true }
    status.publicGRUU = activity?.gruus?.publicURI
    status.temporaryGRUU = activity?.gruus?.temporaryURI
    if let notice = activity?.notice, !notice.isEmpty { status.show(notice) }
    status.transport = (account.transport ?? account.registrar.transport)?.rawValue
    status.callID = row?.callID
    status.cseq = row?.cseqReserved
    return status
  }

  /// The row that stands for the account; a tombstone only where there is no other.
  private static func current(_ rows: [OwnedRegistration]) -> OwnedRegistration? {
    rows.filter { $0.phase != .tombstone }.max { $0.updatedAt < $1.updatedAt } ?? rows.last
  }

  private func state(_ judge: ConditionJudge) -> RegistrationState {
    if judge.isExpired { return .failed }
    if let state = judge.activity?.state, state != .none { return state }
    return switch judge.row?.phase {
    case nil: .none
    case .bound: .ok
    case .cleared: judge.declared?.register == true ? .failed : .cleared
    case .pending: .none
    case .tombstone: .ok
    }
  }

  private func bindings(_ rows: [OwnedRegistration], _ activity: AccountActivity?) -> [AccountStatus
    .BindingStatus]
  {
    let ours = rows.compactMap { row -> AccountStatus.BindingStatus? in
      guard row.phase == .bound || row.phase == .tombstone, let contact = row.contact, row.mayBeBound(at: now)
      else { return nil }
      let left = row.expiresAt.map { UInt32(clamping: ($0 - now).components.seconds) }
      return AccountStatus.BindingStatus(contact: PushToken.removed(from: contact), expires: left, ours: true)
    }
    let row = StatusBuilder.current(rows)
    let foreign = (activity?.foreign ?? []).map {
      AccountStatus.BindingStatus(
        contact: PushToken.removed(from: $0.contact),
        expires: $0.expires,
        ours: $0.isOfInstance(row?.instanceID, registrationID: row?.account.outbound.registrationID)
      )
    }
    return ours + foreign
  }
}
