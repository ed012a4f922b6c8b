import Foundation
import Reconcile

/// What the lock file says: who holds the lease, and when it last said so.
struct LeaseRecord: Codable, Equatable {
  var holder: LockHolder
  var heartbeat: Timestamp

  /// A holder that said nothing for this long is gone, where no lock of the system tells.
  static let patience = Duration.seconds(30)

  /// Every record is as long, so that none is left behind another.
  static let size = 2048

  init(holder: LockHolder, heartbeat: Timestamp) {
    self.holder = holder
    self.heartbeat = heartbeat
  }

  /// Nil for bytes that hold no record, whatever else they hold.
  init?(_ bytes: [UInt8]) {
    do {
      self = try JSONDecoder().decode(LeaseRecord.self, from: Data(bytes))
    } catch {
      return nil
    }
  }

  /// One line of JSON, padded with spaces.
  func encoded() -> [UInt8] {
    var record = self
    record.holder.host = String(holder.host.unicodeScalars.prefix(100))
    record.holder.command = String(holder.command.unicodeScalars.prefix(100))
    var bytes: [UInt8]
    do {
      bytes = [UInt8](try JSONEncoder().encode(record))
    } catch {
      preconditionFailure("texts and whole numbers always encode: \(error)")
    }
    bytes.append(
      contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, LeaseRecord.size - 1 - bytes.count))
    )
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// True where a holder for whom no lock of this system stands may still be at work: on another machine,
  /// over a file system that does not share locks.
  func mayRunElsewhere(than other: LockHolder, at now: Timestamp) -> Bool {
    if let boot = holder.boot, boot == other.boot { return false }
    if holder.host == other.host { return false }
    return isFresh(at: now)
  }

  func isFresh(at now: Timestamp) -> Bool { now - heartbeat < LeaseRecord.patience }
}
