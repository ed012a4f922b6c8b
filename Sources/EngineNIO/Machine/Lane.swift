import DequeModule
import Reconcile
import SIP

/// The way to one next hop: its servers, its pace, and the registrations that want a turn.
struct Lane {
  enum Resolution {
    case unknown
    case underway
    case known
  }

  /// What makes two accounts share a lane.
  let destination: Destination
  var resolution = Resolution.unknown
  /// When the name servers are to be asked again, beside the traffic.
  var isDueAt: Instant?
  /// None of the servers answered: what the name servers said before counts for nothing.
  var asksAnew = false
  /// What was said about its records, so as to say it once.
  var warnings: [LocatingWarning] = []
  /// Which of its servers is asked.
  var failover = Failover()
  /// The flows to the targets of `failover`, by their numbers.
  var flows: [Int] = []
  var ready = Deque<Int>()
  var pacer: Pacer
  /// Marked to be pumped at the end of the present input.
  var isMarked = false

  init(destination: Destination, pacer: Pacer) {
    self.destination = destination
    self.pacer = pacer
  }
}

/// A socket to one server, as the machine sees it.
struct Flow {
  enum State {
    case closed
    case opening
    case open
  }

  let server: Endpoint
  let transport: Transport
  /// The server as every event of a registration shows it.
  let name: String
  var state = State.closed
  /// Our own address on this flow, once it is open.
  var local: Endpoint?
  var sender: RequestShape.Sender?
  /// The host of our own address as our Vias show it.
  var sentByHost: [UInt8] = []
  /// Lanes that wait for it to open.
  var waiting: [Int] = []
  /// When the server last gave a final answer to anybody.
  var answeredAt: Instant?

  init(_ server: Target.Server) {
    self.server = server.endpoint
    transport = server.transport
    name = server.endpoint.description
  }

  /// What failures and pauses belong to.
  var target: Target.Server { Target.Server(server, transport) }

  /// RFC 3261, 18.1.2: an answer whose top Via does not name us is dropped.
  func isSender(_ via: ViaView) -> Bool {
    guard let local, via.sentByPort ?? Transport.udp.defaultPort == local.port else { return false }
    return via.sentByHost.isEqual(to: sentByHost) || Host(via.sentByHost.text) == local.address
  }
}
