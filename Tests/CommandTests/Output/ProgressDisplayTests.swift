import Reconcile
import SIP
import Testing

@testable import Agent
@testable import sipreconcile

@Suite struct ProgressDisplayTests {
  private func display(_ count: Int) -> ProgressDisplay {
    let changes = (1...count).map {
      Change(account: AccountID("a\($0)"), action: .register, cause: Cause(.config))
    }
    return ProgressDisplay(changes: changes, columns: 80, palette: .plain)
  }

  private func at(_ milliseconds: Int64) -> SIP.Instant { SIP.Instant(nanoseconds: milliseconds * 1_000_000) }

  private func ended(_ name: AccountID, _ kind: Outcome.Kind = .done) -> ReportDocument.OutcomeEntry {
    ReportDocument.OutcomeEntry(Outcome(account: name, action: .register, kind: kind, reason: "x"))
  }

  @Test func eachAccountBeingWorkedOnHasALine() {
    var display = display(2)
    #expect(display.began("a1", at: at(0)) == "  … a1: register\n")
    #expect(display.began("a2", at: at(100)) == "\u{1B}[1F\u{1B}[J  … a1: register\n  … a2: register\n")
    #expect(
      display.ended(ended("a1"), at: at(200)) == "\u{1B}[2F\u{1B}[J✓ a1: registered 0 ms\n  … a2: register\n"
    )
    #expect(display.clear() == "\u{1B}[1F\u{1B}[J")
  }

  @Test func redrawsAreLimitedAndNothingIsLost() {
    var display = display(2)
    _ = display.began("a1", at: at(0))
    #expect(display.ended(ended("a1"), at: at(10)) == "")
    #expect(display.clear() == "\u{1B}[1F\u{1B}[J✓ a1: registered 0 ms\n")
  }

  @Test func moreThanTwentyChangesHaveABarAndOnlyFailuresHaveLines() {
    var display = display(40)
    _ = display.began("a1", at: at(0))
    _ = display.ended(ended("a1"), at: at(100))
    let text = display.ended(ended("a2", .failed), at: at(200))
    let bar = "██" + String(repeating: "░", count: 38)
    #expect(text == "\u{1B}[1F\u{1B}[J✗ a2: register failed: x\n  \(bar) 2/40, 1 not done\n")
  }

  @Test func manyAtOnceAreSummedUp() {
    var display = display(20)
    var text = ""
    for number in 1...10 { text = display.began(AccountID("a\(number)"), at: at(Int64(number) * 100)) }
    #expect(text.hasSuffix("  … a8: register\n  … and 2 more\n"))
  }

  @Test func offATerminalEachTransitionIsAPlainLine() {
    var display = display(1)
    #expect(display.lineForBegin("a1") == "a1: register …\n")
    #expect(display.lineForEnd(ended("a1")) == "✓ a1: registered 0 ms\n")
  }
}
