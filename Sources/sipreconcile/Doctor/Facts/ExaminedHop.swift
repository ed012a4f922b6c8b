import EngineNIO
import Reconcile
import SIP

/// A next hop that accounts of the files use, with those that are asked about.
struct ExaminedHop: Sendable {
  var hop: NextHop
  /// The URI as declared: the outbound proxy's, or the registrar's.
  var name: String
  var isProxy: Bool
  /// The registrars behind it, each once, in the order of the files.
  var registrars: [String] = []
  /// How many accounts go there.
  var count = 0
  /// An account has our own address as its contact, and sends no keep-alives over UDP.
  var isLeftToNAT = false
  /// Those whose bindings are asked for.
  var sample: [Account] = []
}

extension ExaminedHop {
  /// The next hops of these accounts in the order of the files, each with a sample of at most `limit` accounts.
  ///
  /// Accounts that are to be registered come before those that are not, and accounts with credentials of their
  /// own before those that share one which is in the sample already: that tells most.
  static func list(_ accounts: [Account], limit: Int) -> [ExaminedHop] {
    var hops: [ExaminedHop] = []
    var positions: [NextHop: Int] = [:]
    var members: [[Account]] = []
    var registrars: [Set<SIPURI>] = []
    for account in accounts {
      let key = NextHop(account)
      let position = positions[key] ?? hops.count
      if position == hops.count {
        positions[key] = position
        let proxy = account.outboundProxy.first
        hops.append(ExaminedHop(hop: key, name: "\(proxy ?? account.registrar)", isProxy: proxy != nil))
        members.append([])
        registrars.append([])
      }
      hops[position].count += 1
      members[position].append(account)
      if account.hasOwnContact, account.keepAlive ?? 0 == 0 { hops[position].isLeftToNAT = true }
      if registrars[position].insert(account.registrar).inserted {
        hops[position].registrars.append("\(account.registrar)")
      }
    }
    for position in hops.indices { hops[position].sample = sample(members[position], limit) }
    return hops
  }

  private static func sample(_ accounts: [Account], _ limit: Int) -> [Account] {
    var seen: Set<[CredentialDeclaration]> = []
    let ranked = accounts.enumerated().map { position, account in
      let isNew = seen.insert(account.credentials).inserted
      return (rank: (account.register ? 0 : 2) + (isNew ? 0 : 1), position: position)
    }
    let chosen = ranked.sorted { ($0.rank, $0.position) < ($1.rank, $1.position) }.prefix(limit)
    return chosen.map(\.position).sorted().map { accounts[$0] }
  }
}
