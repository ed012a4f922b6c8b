import SIP
import Testing

/// How a registration is given up.
struct RegistrationEndTests {
  @Test("REG-73 an unregister that leaves us listed is not done")
  func stillListedIsAFailure() {
    var bench = RegistrationBench()
    bench.register()
    bench.want(.unbound)
    #expect(bench.begin()?.purpose == .unbind)
    bench.receive(.bound(3000))
    #expect(bench.machine.failure == .stillBound)
    #expect(bench.machine.state != .ended)
  }

  @Test("REG-74 a bare 2xx to an unregister is success")
  func aBareOkEndsAnUnregister() {
    var bench = RegistrationBench()
    bench.register()
    bench.want(.unbound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 200))
    #expect(bench.machine.state == .ended)
    #expect(bench.machine.bound == nil)
  }

  @Test("REG-75 404 to an unregister means absent, 423 never asks for longer", arguments: [404, 410, 604])
  func absentCodesEndAnUnregister(code: UInt16) {
    var bench = RegistrationBench()
    bench.register()
    bench.want(.unbound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.machine.state == .ended)
    #expect(bench.machine.failure == nil)
  }

  @Test("REG-75 423 to an unregister is a failure")
  func tooBriefToAnUnregisterFails() {
    var bench = RegistrationBench()
    bench.register()
    bench.want(.unbound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 423, minExpires: 600))
    #expect(!bench.actions.contains(.sendAgain))
    #expect(bench.machine.failure == .intervalRefused(minimum: 600))
  }

  @Test("REC-88 a disable in flight ends unregistered, after an answer and after silence")
  func aDisableInFlightEndsUnregistered() {
    for answer in [RegisterAnswer.bound(3600), nil] {
      var bench = RegistrationBench()
      bench.want(.bound)
      bench.begin()
      bench.want(.unbound)
      #expect(!bench.asksForATurn)
      if let answer { bench.receive(answer) } else { bench.receiveNothing() }
      #expect(bench.asksForATurn)
      #expect(bench.begin()?.purpose == .unbind)
      bench.receive(RegisterAnswer(code: 200))
      #expect(bench.machine.state == .ended)
      #expect(bench.machine.bound == nil)
    }
  }

  @Test func aDisableBeforeAnythingWasSentSendsNothing() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.want(.unbound)
    #expect(bench.machine.state == .ended)
    #expect(bench.begin() == nil)
  }

  @Test func aRefusedFirstRegisterNeedsNoUnregister() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 403))
    bench.want(.unbound)
    #expect(bench.machine.state == .ended)
  }
}
