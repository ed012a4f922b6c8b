import Reconcile
import Synchronization
import Testing

@testable import sipreconcile

struct ProgressObserverTests {
  /// Keeps each write apart.
  private final class Writes: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ text: String) { list.withLock { $0.append(text) } }
  }

  private func observer(_ errors: Writes, _ output: Writes, _ format: OutputFormat) -> ProgressObserver {
    var run = CommandRun.plain(
      Console(writeOutput: { output.add($0) }, writeError: { errors.add($0) })
    )
    run.output = RunOutput(format, color: .never, logLevel: .info, run.surroundings)
    let changes = ["a", "b"].map { Change(account: $0, action: .register, cause: Cause(.config)) }
    return ProgressObserver(ProgressDisplay(changes: changes, columns: 80, palette: .plain), run)
  }

  private func tell(_ observer: ProgressObserver) {
    observer.started("a")
    observer.started("b")
    observer.ended(Outcome(account: "b", action: .register, kind: .done))
  }

  @Test func linesOfOneTurnAreOneWriteInTheirOrder() {
    let (errors, output) = (Writes(), Writes())
    let observer = observer(errors, output, .human)
    tell(observer)
    #expect(errors.all.isEmpty)
    observer.turnEnded()
    #expect(errors.all == ["a: register …\nb: register …\n✓ b: registered 0 ms\n"])
    observer.turnEnded()
    #expect(errors.all.count == 1)
    #expect(output.all.isEmpty)
  }

  @Test func whatWasNotWrittenIsWrittenAtTheEnd() {
    let errors = Writes()
    let observer = observer(errors, Writes(), .json)
    observer.started("a")
    observer.finish()
    #expect(errors.all == ["a: register …\n"])
  }

  @Test func eventsOfOneTurnAreOneWriteOfALineEach() {
    let (errors, output) = (Writes(), Writes())
    let observer = observer(errors, output, .ndjson)
    tell(observer)
    observer.ended(Outcome(account: "a", action: .register, kind: .done))
    observer.turnEnded()
    #expect(output.all.count == 1)
    #expect(output.all[0].split(separator: "\n").map { $0.contains(#""type":"outcome""#) } == [true, true])
    #expect(errors.all.isEmpty)
  }
}
