import DequeModule
import Reconcile
import SIP

/// The way to one next hop: its servers, its pace, and the registrations that want a turn.
struct Lane {
  /// What makes two accounts share a lane.
  struct Key: Hashable {
    var host: Host
    var port: UInt16?
    var transport: Transport
  }

  enum Resolution {
    case unknown
    case underway
    case known
  }

  let key: Key
  var resolution = Resolution.unknown
  /// Flows to the resolved addresses, in the order to try them.
  var flows: [Int] = []
  var ready = Deque<Int>()
  var pacer: Pacer
  /// Marked to be pumped at the end of the present input.
  var isMarked = false

  init(key: Key, pacer: Pacer) {
    self.key = key
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
  /// The server asked to be left alone until then (RFC 3261, 21.5.4).
  var quietUntil: Instant?

  init(server: Endpoint) {
    self.server = server
    name = server.description
  }

  /// RFC 3261, 18.1.2: an answer whose top Via does not name us is dropped.
  func isSender(_ via: ViaView) -> Bool {
    guard let local, via.sentByPort ?? Transport.udp.defaultPort == local.port else { return false }
    return via.sentByHost.isEqual(to: sentByHost) || Host(via.sentByHost.text) == local.address
  }
}
