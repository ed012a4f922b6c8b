import SIP

// Several flows of one account (RFC 5626, 4.2.1): each is a registration of its own.
//
// An account that declares flows becomes one account for each: the first keeps the name, and the later ones are
// called after it, `alice/2`, `alice/3`. They have one instance id and a reg-id each, and nothing else in common:
// each has its own first hop, Call-ID, CSeq, row of the state, refresh and retry, so that what ends one leaves the
// others as they are. Flows are told apart by their place in the list. Adding one registers it alone, and taking the
// last away unregisters it alone; the first is, to the wire and to the state, the account without other flows.

extension Account {
  /// At most so many flows has an account; RFC 5626, 4.2.1 wants four to be supported.
  package static let mostFlows = 4

  /// The accounts to register for this one: itself, or one for each of its flows.
  ///
  /// Several flows need outbound; where that is off, the first is the only one.
  public var flows: [Account] {
    guard let first = outbound.flows.first else { return [self] }
    var account = self
    account.outbound.flows = []
    account.outboundProxy = [first]
    guard outbound.isEnabled else { return [account] }
    let later = outbound.flows.indices.dropFirst()
    return [account] + later.map { account.laterFlow(UInt32($0) + 1, outbound.flows[$0]) }
  }

  private func laterFlow(_ number: UInt32, _ hop: SIPURI) -> Account {
    var flow = self
    flow.id = id.flow(number)
    flow.outboundProxy = [hop]
    flow.outbound.flow = number
    flow.movedFrom = movedFrom?.flow(number)
    return flow
  }

  /// The account that this is a later flow of; nil for any other account.
  package var flowOf: AccountID? {
    guard let flow = outbound.flow else { return nil }
    let suffix = AccountID("").flow(flow).name
    return id.name.hasSuffix(suffix) ? AccountID(String(id.name.dropLast(suffix.count))) : nil
  }

  /// The name under which the manifest has it.
  package var declaredID: AccountID { flowOf ?? id }

  /// True if the two are different flows: then even equal contacts are two bindings (RFC 5626, 6).
  package func isOtherFlow(than other: Account) -> Bool {
    if outbound.flow != other.outbound.flow { return true }
    guard let one = outbound.registrationID, let two = other.outbound.registrationID else { return false }
    return one != two
  }
}

extension AccountID {
  /// What a later flow of this account is called.
  package func flow(_ number: UInt32) -> AccountID { AccountID("\(name)/\(number)") }
}

extension DesiredState {
  /// With an account for each flow of those that declare several, right after its first.
  public var expandingFlows: DesiredState {
    guard accounts.contains(where: { !$0.account.outbound.flows.isEmpty }) else { return self }
    var expanded = self
    expanded.accounts = accounts.flatMap { declared in
      declared.account.flows.map { account in
        var one = declared
        one.account = account
        return one
      }
    }
    return expanded
  }
}

extension Set<AccountID> {
  /// Adds the later flows of the accounts that are here.
  package mutating func formFlows(of accounts: some Sequence<Account>) {
    for account in accounts {
      if let first = account.flowOf, contains(first) { insert(account.id) }
    }
  }
}
