import SIP
import Testing

@testable import Agent

@Suite struct WatchDebounceTests {
  private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  @Test func aChangeIsReadAfterHalfASecondOfQuiet() {
    var debounce = WatchDebounce()
    #expect(debounce.fileEvent(at: at(100)) == [.wake(at(600))])
    #expect(debounce.timerFired(at: at(599)) == [.wake(at(600))])
    #expect(debounce.timerFired(at: at(600)) == [.read])
    #expect(debounce.timerFired(at: at(700)) == [])
  }

  @Test("REC-87 twenty edits in two seconds are read once, after the last")
  func rapidEdits() {
    var debounce = WatchDebounce()
    var reads = 0
    for edit in 0..<20 {
      let actions = debounce.fileEvent(at: at(Int64(edit) * 100))
      if actions.contains(.read) { reads += 1 }
    }
    #expect(reads == 0)
    #expect(debounce.timerFired(at: at(1900 + 499)) == [.wake(at(2400))])
    #expect(debounce.timerFired(at: at(2400)) == [.read])
  }

  @Test func whatNeverRestsIsReadAfterFiveSeconds() {
    var debounce = WatchDebounce()
    var readAt: [Int64] = []
    for time in stride(from: Int64(0), through: 11_000, by: 100) {
      if debounce.fileEvent(at: at(time)) == [.read] { readAt.append(time) }
    }
    #expect(readAt == [5000, 10_100])
  }

  @Test("REC-82 a file that is written in place is read when it is whole")
  func writtenInPlace() {
    var debounce = WatchDebounce()
    _ = debounce.fileEvent(at: at(0))
    #expect(debounce.fileEvent(at: at(400)) == [.wake(at(900))])
    #expect(debounce.timerFired(at: at(500)) == [.wake(at(900))])
    #expect(debounce.timerFired(at: at(900)) == [.read])
  }

  @Test("REC-90 a wish to read now is not put off, and what was waiting is done with")
  func now() {
    var debounce = WatchDebounce()
    _ = debounce.fileEvent(at: at(0))
    #expect(debounce.readNow() == [.read])
    #expect(debounce.timerFired(at: at(500)) == [])
    #expect(debounce.fileEvent(at: at(600)) == [.wake(at(1100))])
  }
}
