import Reconcile
import SIP

/// The way to one server, as the machine sees it: a socket of UDP, or a connection that comes and goes.
struct Flow {
  /// What makes two lanes share a flow.
  struct Key: Hashable {
    var server: Target.Server
    /// Who must be found there (RFC 5922, 7.3), or whom a WebSocket asks for; nil where nobody proves anything.
    var domain: Host?
    /// How a secure transport trusts.
    var tls: TLSSettings?

    init(_ server: Target.Server, domain: Host?, tls: TLSSettings?) {
      self.server = server
      switch server.transport {
      case .udp, .tcp: break
      case .ws: self.domain = domain
      case .tls, .wss:
        self.domain = domain
        self.tls = tls
      }
    }
  }

  enum State {
    case closed
    case opening
    case open
  }

  let key: Key
  /// The server as every event of a registration shows it.
  let name: String
  var state = State.closed
  /// Where the server last saw our requests come from.
  var publicAddress: PublicAddress?
  /// Where contacts over this flow say that we are, if that is learned from the server.
  var mapping = ContactMapping()
  /// Our own address on this flow, once it is open.
  var local: Endpoint?
  var sender: RequestShape.Sender?
  /// What our Vias on this flow say of us.
  var sentBy: SentBy?
  /// The host that stands for us where nobody can connect to us (RFC 7118, 5.3); nil but for a WebSocket.
  let anonymousHost: Host?
  /// Lanes that wait for it to open.
  var waiting: [Int] = []
  /// When the server last gave a final answer to anybody.
  var answeredAt: Instant?
  /// When it was opened last.
  var openedAt: Instant?
  var keepAlive: FlowKeepAlive?
  /// A message has begun to arrive and has not ended.
  var isReceiving = false
  /// Of a UDP flow: until then large requests go over it too, for the server takes no TCP.
  var staysUntil: Instant?

  init(_ key: Key, anonymousHost: Host?) {
    self.key = key
    self.anonymousHost = anonymousHost
    name = key.server.endpoint.description
  }

  var server: Endpoint { key.server.endpoint }
  var transport: Transport { key.server.transport }

  /// What failures and pauses belong to.
  var target: Target.Server { key.server }

  /// RFC 3261, 18.1.2: an answer whose top Via does not name us is dropped.
  func isSender(_ via: ViaView) -> Bool { sentBy?.isNamed(by: via, over: transport) ?? false }

  /// It has carried an answer since it was opened, so that its other side may have thought it idle.
  var wasUsed: Bool {
    guard let answeredAt, let openedAt else { return false }
    return answeredAt >= openedAt
  }

  /// How long a flow without keep-alives must have lived to count as one that works (RFC 5626, 4.5).
  private static let provenAge = Duration.seconds(120)

  /// Whether its loss is the first after it worked: only then the wait begins anew.
  func isProved(at now: Instant) -> Bool {
    if let keepAlive, keepAlive.wish.awaitsPong { return keepAlive.machine.pongCount > 0 }
    guard let openedAt else { return false }
    return now - openedAt >= Flow.provenAge
  }
}
