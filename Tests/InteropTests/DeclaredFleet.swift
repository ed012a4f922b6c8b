/// The manifest of a test, and what registrars must have once it is applied.
struct DeclaredFleet {
  var accounts: [DeclaredAccount]
  /// Registrars by name, as `address:port`.
  var registrars: [String: String]
  /// REGISTERs per second to each registrar; nil for no cap.
  var maxRate: Int?
  var transport = "udp"
  /// The file of the authority that vouches for the registrars.
  var trust: String?
  /// The base of the wait after a failure, in seconds.
  var retryBase = 30
  /// The longest such wait, in seconds; nil for the default.
  var retryMax: Int?
  /// The share of accounts that one plan may remove, in percent; nil for the default.
  var maxUnregister: Int?

  /// Two hundred accounts: ten masters with eleven dependents each, and eight chains of ten. Every other
  /// master and head declares its contact, the rest have the engine's address.
  static func large(port: UInt16) -> DeclaredFleet {
    var accounts: [DeclaredAccount] = []
    for master in 0..<10 {
      accounts.append(head("fan\(master)", number: master))
      accounts += (0..<11).map { DeclaredAccount("fan\(master)-\($0)", dependsOn: "fan\(master)") }
    }
    for chain in 0..<8 {
      accounts.append(head("chain\(chain)-0", number: chain))
      accounts += (1..<10).map { link in
        DeclaredAccount("chain\(chain)-\(link)", dependsOn: "chain\(chain)-\(link - 1)")
      }
    }
    return DeclaredFleet(accounts: accounts, registrars: ["main": "127.0.0.1:\(port)"])
  }

  /// Twenty accounts: a master with four dependents, a chain of five, and ten that stand alone.
  static func small(port: UInt16) -> DeclaredFleet {
    var accounts = [DeclaredAccount("fan", contact: "sip:fan@192.0.2.1:5060")]
    accounts += (0..<4).map { DeclaredAccount("fan-\($0)", dependsOn: "fan") }
    accounts.append(DeclaredAccount("chain-0", contact: "sip:chain@192.0.2.2:5060"))
    accounts += (1..<5).map { DeclaredAccount("chain-\($0)", dependsOn: "chain-\($0 - 1)") }
    accounts += (0..<10).map { DeclaredAccount("single\($0)", contact: "sip:single\($0)@192.0.2.3:5060") }
    return DeclaredFleet(accounts: accounts, registrars: ["main": "127.0.0.1:\(port)"])
  }

  private static func head(_ name: String, number: Int) -> DeclaredAccount {
    DeclaredAccount(name, contact: number % 2 == 0 ? "sip:\(name)@192.0.2.9:5060" : nil)
  }

  subscript(name: String) -> DeclaredAccount {
    get { accounts.first { $0.name == name }! }
    set { accounts[accounts.firstIndex { $0.name == name }!] = newValue }
  }

  mutating func remove(_ name: String) { accounts.removeAll { $0.name == name } }

  /// The account at the top of the dependencies of another, which gives it its contact.
  func root(of account: DeclaredAccount) -> DeclaredAccount {
    var account = account
    while let master = account.dependsOn { account = self[master] }
    return account
  }

  /// The manifest's text. The password of all is in the file `password` beside it.
  var text: String {
    var lines = ["apiVersion: sipreconcile/v1", "owner: interop", "registrars:"]
    for (name, address) in registrars.sorted(by: { $0.key < $1.key }) {
      let rate = maxRate.map { ", maxRate: \($0)" } ?? ""
      let tls = trust.map { ", tls: { ca: \($0) }" } ?? ""
      lines.append("  \(name): { uri: \"sip:\(address)\"\(rate)\(tls) }")
    }
    lines += ["credentials:", "  lab: { username: lab, password: { fromFile: ./password } }"]
    if let maxUnregister { lines.append("reconcile: { maxUnregister: \(maxUnregister)% }") }
    lines += ["defaults:", "  auth: lab", "  transport: \(transport)"]
    let most = retryMax.map { ", max: \($0)s" } ?? ""
    if retryBase != 30 { lines.append("  retry: { base: \(retryBase)s\(most) }") }
    lines.append("accounts:")
    for account in accounts {
      lines += ["  \(account.name):", "    identity: sip:\(account.identity)"]
      lines += ["    registrar: \(account.registrar)", "    expires: \(account.expires)"]
      if let contact = account.contact { lines.append("    contact: \(contact)") }
      if let from = account.from { lines.append("    from: \(from)") }
      if let master = account.dependsOn { lines.append("    dependsOn: \(master)") }
      if let former = account.movedFrom { lines.append("    movedFrom: \(former)") }
      if let instance = account.gruuInstance {
        lines.append("    outbound: { gruu: true, instanceID: \"\(instance)\" }")
      }
      if !account.flowPorts.isEmpty {
        let hops = account.flowPorts.map { "\"sip:127.0.0.1:\($0);lr\"" }.joined(separator: ", ")
        lines.append("    outbound: { flows: [\(hops)] }")
      }
      if !account.isRegistered { lines.append("    register: false") }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
