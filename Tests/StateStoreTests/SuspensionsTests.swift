import Foundation
import Reconcile
import Testing

@testable import StateStore

@Suite final class SuspensionsTests {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "/sipreconcile-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { print("left behind: \(folder)") }
  }

  private func open(_ access: StateStore.Access) throws -> StateStore {
    try StateStore.open(at: folder + "/office.db", owner: "office", access: access)
  }

  @Test func suspensionsOutliveTheProcessAndAreReplacedOneByOne() throws {
    let a = Suspension(account: "a", since: Timestamp(milliseconds: 1), reason: "carrier")
    var b = Suspension(account: "b", since: Timestamp(milliseconds: 2), until: Timestamp(milliseconds: 9000))
    #expect(try open(.readOnly).suspensions().isEmpty)
    try open(.readWrite).keep([b, a])
    #expect(try open(.readOnly).suspensions() == [a, b])
    b.until = nil
    try open(.readWrite).keep([b], ending: ["a", "unknown"])
    #expect(try open(.readOnly).suspensions() == [b])
  }

  @Test func aClockThatWasSetMovesTheEndOfASuspension() throws {
    let store = try open(.readWrite)
    try store.keep([
      Suspension(account: "a", since: Timestamp(milliseconds: 0), until: Timestamp(milliseconds: 5000)),
      Suspension(account: "b", since: Timestamp(milliseconds: 0)),
    ])
    try store.shiftTimes(by: .seconds(2))
    #expect(try store.suspensions().map(\.until) == [Timestamp(milliseconds: 7000), nil])
  }
}
