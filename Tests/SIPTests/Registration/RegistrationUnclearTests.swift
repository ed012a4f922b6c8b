import SIP
import Testing

@testable import SIP

/// What a registrar may hold although no answer said so.
struct RegistrationUnclearTests {
  @Test("a refusal leaves nothing bound, a fault or a time-out may have", arguments: [400, 403, 404, 423])
  func aRefusalLeavesNothing(code: UInt16) {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.machine.mayBeBoundFor(at: bench.now) == nil)
    bench.want(.unbound)
    #expect(bench.machine.state == .ended)
  }

  @Test(
    "what was stored and answered with a fault is unregistered",
    arguments: [408, 480, 500, 503, 504, 600]
  )
  func aFaultMayHaveStored(code: UInt16) {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.machine.mayBeBoundFor(at: bench.now) == .seconds(3600))
    bench.want(.unbound)
    #expect(bench.begin()?.purpose == .unbind)
  }

  @Test("a refusal tells nothing of the attempt before it")
  func aRefusalAfterSilence() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receiveNothing()
    bench.timerFired(after: .seconds(1000))
    bench.begin()
    bench.receive(RegisterAnswer(code: 403))
    #expect(bench.machine.mayBeBoundFor(at: bench.now) == .seconds(2600))
    bench.want(.unbound)
    #expect(bench.begin()?.purpose == .unbind)
    bench.receive(RegisterAnswer(code: 403))
    #expect(bench.machine.state != .ended)
  }

  @Test("a later server's refusal tells nothing of an earlier one's silence")
  func twoServers() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.machine.receiveNothing(.timeout, into: &bench.actions)
    bench.begin()
    bench.receive(RegisterAnswer(code: 403))
    #expect(bench.machine.mayBeBoundFor(at: bench.now) == .seconds(3600))
  }

  @Test("what was never confirmed is forgotten when it has lapsed, or once it is known")
  func lapsed() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receiveNothing()
    bench.now = bench.now + .seconds(3601)
    bench.want(.unbound)
    #expect(bench.machine.state == .ended)
    bench.want(.bound)
    bench.begin()
    bench.receive(.bound(3600))
    #expect(bench.machine.mayBeBoundFor(at: bench.now) == nil)
  }
}
