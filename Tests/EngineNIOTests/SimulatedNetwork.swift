import Reconcile
import SIP

@testable import EngineNIO

/// An engine's machine on a network of values: virtual time, and registrars that are closures.
///
/// Nothing here waits: `run` jumps from one event to the next, so that a day takes a moment.
struct SimulatedNetwork {
  /// A REGISTER as a registrar sees it.
  struct Request {
    var at: Duration
    var server: Endpoint
    var text: String
    var bytes: [UInt8]

    func row(_ name: String) -> String? {
      rows(name).first
    }

    func rows(_ name: String) -> [String] {
      text.split(separator: "\r\n").dropFirst().compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
        return parts[1].drop { $0 == " " }.description
      }
    }

    var startLine: String { String(text.prefix { $0 != "\r\n" }) }
    var cseq: Int { Int(row("CSeq")?.split(separator: " ").first ?? "") ?? -1 }
    var callID: String { row("Call-ID") ?? "" }
    var branch: String { row("Via")?.split(separator: "branch=").last.map(String.init) ?? "" }
    var contact: String? { row("Contact") }
    var user: String {
      row("To")?.split(separator: ":")[1].split(separator: "@").first.map(String.init) ?? ""
    }
    var isAuthorized: Bool { row("Authorization") != nil }
    /// The contact URI between its angle brackets.
    var contactURI: String {
      guard let contact, let open = contact.firstIndex(of: "<"), let close = contact.firstIndex(of: ">")
      else {
        return ""
      }
      return String(contact[contact.index(after: open)..<close])
    }
  }

  /// What a registrar does with a request.
  enum Reply {
    case silence
    /// Status line and extra rows; the rest is copied from the request.
    case status(Int, String, rows: [String] = [], after: Duration = .milliseconds(1))
    /// Bytes as they are.
    case raw(String, after: Duration = .milliseconds(1))
    case several([Reply])

    /// 200 with the request's contact, bound for this long.
    static func bound(_ expires: Int, _ request: Request, after: Duration = .milliseconds(1)) -> Reply {
      guard request.contact != nil else { return .status(200, "OK", after: after) }
      return .status(200, "OK", rows: ["Contact: <\(request.contactURI)>;expires=\(expires)"], after: after)
    }

    /// What a registrar without faults answers: binds what is asked, removes on 0.
    static func good(_ request: Request) -> Reply {
      request.row("Expires") == "0"
        ? .status(200, "OK") : .bound(Int(request.row("Expires") ?? "0") ?? 0, request)
    }
  }

  static let start = Instant(nanoseconds: 1_000_000_000_000)
  static let server = Endpoint(address: .ipv4(IPv4Address(value: 0xc000_0201)), port: 5060)
  static func server(_ last: UInt32, port: UInt16 = 5060) -> Endpoint {
    Endpoint(address: .ipv4(IPv4Address(value: 0xc000_0200 + last)), port: port)
  }

  static let localIPv6 = Host("[2001:db8::64]")!
  static let local = Endpoint(address: .ipv4(IPv4Address(value: 0xc000_0264)), port: 5062)

  var machine: EngineMachine
  var now = SimulatedNetwork.start
  var requests: [Request] = []
  var events: [RegistrationEvent] = []
  /// Answers that the machine sent to requests of others.
  var answers: [String] = []
  /// How they went.
  var answered: [EngineMachine.Arrival] = []
  var listings: [LiveState] = []
  var withdrawn: [WithdrawalResult] = []
  var asked: [CredentialRequest] = []
  /// The provider thinks about it: a test answers with `supply`. Else it has nothing.
  var holdsQuestions = false
  /// Host names that have addresses, and neither NAPTR nor SRV records.
  var names: [String: [Endpoint]] = [:]
  var warnings: [EngineWarning] = []
  var learnt: [ServerChallenge] = []
  /// What the name servers say of single queries.
  var zone: [DNSQuery: DNSResult] = [:]
  /// Servers that refuse every datagram (ICMP port unreachable).
  var refusing: Set<Endpoint> = []
  /// Servers to which no socket can be opened.
  var unreachable: Set<Endpoint> = []
  /// Servers that refuse connections of a transport.
  var closedPorts: Set<Target.Server> = []
  /// Every attempt to open a flow.
  var connects: [(at: Duration, server: Target.Server)] = []
  /// Flows that the machine closed by itself.
  var closed: [Int] = []
  var pings: [(at: Duration, flow: Int)] = []
  /// How soon a ping is answered; nil is never.
  var pongWait: Duration? = .milliseconds(1)
  private static let pong: [UInt8] = [0x0d, 0x0a]
  /// Our own address on every flow; each connection has a port of its own.
  var local = SimulatedNetwork.local
  /// The names that were looked up, in order.
  var lookups: [String] = []
  var reply: (Request) -> Reply
  private var arriving: [(at: Instant, bytes: [UInt8], from: Endpoint, flow: Int)] = []

  init(
    advertise: (host: Host, port: UInt16?)? = nil,
    limits: [RegistrarLimits] = [],
    reply: @escaping (Request) -> Reply = Reply.good
  ) {
    machine = EngineMachine(
      settings: EngineMachine.Settings(userAgent: "test", advertise: advertise, limits: limits),
      random: RandomSource(seed: 1),
      at: now
    )
    self.reply = reply
  }

  /// Time since the start.
  var elapsed: Duration { now - SimulatedNetwork.start }

  mutating func perform() {
    var performed = 0
    while performed < machine.actions.count {
      switch machine.actions[performed] {
      case .warn(let warning): warnings.append(warning)
      case .learnt(let challenge): learnt.append(challenge)
      case .look(let query): machine.answered(query, look(up: query), at: now)
      case .open(let flow): open(flow)
      case .close(let flow): closed.append(flow)
      case .ping(let flow):
        pings.append((elapsed, flow))
        if let pongWait { arriving.append((now + pongWait, SimulatedNetwork.pong, server(of: flow), flow)) }
      case .send(let flow, let exchange): send(exchange, over: flow)
      case .answer(let arrival, let bytes, _):
        answers.append(String(decoding: bytes, as: UTF8.self))
        answered.append(arrival)
      case .ask(let request):
        asked.append(request)
        if !holdsQuestions { machine.supply(nil, for: request, at: now) }
      case .queryEnded(_, _, let state): listings.append(state)
      case .withdrawalEnded(_, _, let result): withdrawn.append(result)
      }
      performed += 1
    }
    machine.actions.removeAll()
    events += machine.events
    machine.events.removeAll()
  }

  private func server(of flow: Int) -> Endpoint { machine.flows[flow].server }

  private mutating func open(_ flow: Int) {
    let target = machine.flows[flow].target
    connects.append((elapsed, target))
    if unreachable.contains(target.endpoint) || closedPorts.contains(target) {
      let reason = closedPorts.contains(target) ? "Connection refused" : "Network is unreachable"
      return machine.flowFailed(flow, reason: reason, isClosed: true, at: now)
    }
    var address = local
    if case .ipv6 = target.endpoint.address, case .ipv4 = local.address {
      address.address = SimulatedNetwork.localIPv6
    }
    if target.transport.isReliable { address.port = 40_000 + UInt16(connects.count) }
    machine.opened(flow, local: address, at: now)
  }

  /// The server, or the network, ends a connection.
  mutating func cut(_ flow: Int, reason: String = "connection reset") {
    machine.flowFailed(flow, reason: reason, isClosed: true, at: now)
    perform()
  }

  /// What the name servers say: `zone`, then `names`; a name of neither does not exist.
  private mutating func look(up query: DNSQuery) -> DNSResult {
    if query.type == .a { lookups.append(query.name) }
    if let result = zone[query] { return result }
    guard let servers = names[query.name] else { return .noSuchName(lifetime: nil) }
    guard query.type == .a else { return .noRecords(lifetime: 300) }
    let records = servers.map {
      DNSRecord(name: query.name, lifetime: 3600, value: .address($0.address))
    }
    return .found(DNSAnswer(records: records, lifetime: 3600))
  }

  private mutating func send(_ exchange: Int, over flow: Int) {
    let bytes = machine.exchanges[exchange].bytes
    let server = machine.flows[flow].server
    let request = Request(
      at: elapsed,
      server: server,
      text: String(decoding: bytes, as: UTF8.self),
      bytes: bytes
    )
    requests.append(request)
    if refusing.contains(server) {
      arriving.append((now + .milliseconds(1), [], server, flow))
      return
    }
    deliver(reply(request), to: request, from: server, flow: flow)
  }

  private mutating func deliver(_ reply: Reply, to request: Request, from server: Endpoint, flow: Int) {
    switch reply {
    case .silence: return
    case .several(let replies):
      for reply in replies { deliver(reply, to: request, from: server, flow: flow) }
    case .raw(let text, let delay): arriving.append((now + delay, Array(text.utf8), server, flow))
    case .status(let code, let reason, let rows, let delay):
      let copied = ["Via", "From", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")" }
      let lines =
        ["SIP/2.0 \(code) \(reason)"] + copied + ["To: \(request.row("To") ?? "");tag=srv"] + rows
        + ["Content-Length: 0", "", ""]
      arriving.append((now + delay, Array(lines.joined(separator: "\r\n").utf8), server, flow))
    }
  }

  /// Sends bytes to the engine as if from a server.
  mutating func inject(
    _ text: String,
    from peer: Endpoint = SimulatedNetwork.server,
    by arrival: EngineMachine.Arrival = .flow(0)
  ) {
    Array(text.utf8).withUnsafeBytes { machine.receive($0, from: peer, by: arrival, at: now) }
    machine.pump(at: now)
    perform()
  }

  /// Lets time pass, and all that happens in it.
  mutating func run(for duration: Duration) {
    let end = now + duration
    perform()
    while true {
      let arrival = arriving.map(\.at).min()
      guard let next = [arrival, machine.nextDeadline].compactMap({ $0 }).min(), next <= end else { break }
      now = max(now, next)
      if let index = arriving.firstIndex(where: { $0.at <= now }) {
        let message = arriving.remove(at: index)
        if message.bytes == SimulatedNetwork.pong {
          machine.receivePong(on: message.flow, at: now)
        } else if message.bytes.isEmpty {
          machine.flowFailed(message.flow, reason: "Connection refused", isClosed: false, at: now)
        } else {
          message.bytes.withUnsafeBytes {
            machine.receive($0, from: message.from, by: .flow(message.flow), at: now)
          }
          machine.pump(at: now)
        }
      } else {
        machine.timersFired(at: now)
      }
      perform()
    }
    now = end
  }

  // MARK: - Accounts

  static func account(_ name: AccountID, at host: String = "192.0.2.1", dependsOn: [Dependency] = [])
    -> Account
  {
    let uri = SIPURI(user: name.name, host: Host(host)!)
    var account = Account(id: name, identity: NameAddress(uri: uri))
    account.dependsOn = dependsOn
    return account
  }

  static func addition(_ account: Account, password: String? = nil) -> AccountAddition {
    let credentials =
      password.map { [Credential(username: account.id.name, proof: .password(Secret($0)))] } ?? []
    let sequence = CallSequence(callID: "call-\(account.id)", lastCSeq: 0, ceiling: 1000)
    return AccountAddition(account: account, credentials: credentials, sequence: sequence)
  }

  mutating func add(_ accounts: [Account], password: String? = nil) throws {
    try machine.add(accounts.map { SimulatedNetwork.addition($0, password: password) }, at: now)
    perform()
  }

  /// The provider's answer to the last question.
  mutating func supply(_ credential: Credential?) {
    guard let request = asked.last else { return }
    machine.supply(credential, for: request, at: now)
    perform()
  }

  mutating func forget(_ ids: [AccountID]) throws {
    try machine.forget(ids, at: now)
    perform()
  }

  mutating func suspend(_ ids: [AccountID]) throws {
    try machine.suspend(ids, at: now)
    perform()
  }

  mutating func resume(_ ids: [AccountID]) throws {
    try machine.resume(ids, at: now)
    perform()
  }

  mutating func refresh(_ ids: [AccountID]) throws {
    try machine.refresh(ids, at: now)
    perform()
  }

  mutating func edit(_ id: AccountID, _ change: (inout AccountEdit) -> Void) throws {
    var edit = try machine.edit(id)
    change(&edit)
    try machine.done(edit, at: now)
    perform()
  }

  /// The last known state of an account.
  func state(_ id: AccountID) -> RegistrationState? { events.last { $0.account == id }?.state }
  func last(_ id: AccountID) -> RegistrationEvent? { events.last { $0.account == id } }
  func requests(of user: String) -> [Request] { requests.filter { $0.user == user } }
  func states(_ id: AccountID) -> [RegistrationState] { events.filter { $0.account == id }.map(\.state) }
}
