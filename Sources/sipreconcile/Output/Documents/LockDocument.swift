import Reconcile
import SIP
import StateStore

/// Who holds a state as JSON, `sipreconcile.lock/1`.
struct LockDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.lock/1"

  struct Holder: Encodable, Sendable, Equatable {
    var command: String
    var pid: Int32
    var host: String
    var startedAt: String
    /// Its last sign of life.
    var seenAt: String
  }

  var format = formatName
  var owner: String
  /// The path of the state.
  var state: String
  /// Nil where nobody holds it.
  var holder: Holder?

  init(owner: String, state: String, _ lease: (holder: LockHolder, heartbeat: Timestamp)?) {
    self.owner = owner
    self.state = state
    holder = lease.map { lease in
      Holder(
        command: lease.holder.command,
        pid: lease.holder.pid,
        host: lease.holder.host,
        startedAt: lease.holder.startedAt.description,
        seenAt: lease.heartbeat.description
      )
    }
  }

  /// For people.
  var sentence: String {
    guard let holder else { return ShownText.escape("\(owner): nobody holds \(state)") }
    return ShownText.escape(
      "\(owner): held by “\(holder.command)”, process \(holder.pid) on \(holder.host), since \(holder.startedAt); "
        + "last sign of life at \(holder.seenAt)"
    )
  }
}
