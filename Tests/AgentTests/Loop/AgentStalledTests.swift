import EngineScripted
import Reconcile
import SIP
import TestSupport
import Testing

@testable import Agent

/// What failed is tried at once when the files say something else of it.
struct AgentStalledTests {
  private static var account: Account {
    .named("a") {
      $0.credentials = [CredentialDeclaration(username: "a", secret: .environment("A"))]
    }
  }

  private static let rejected = RegistrationFailure.credentialRejected(realm: "r")

  @Test func aPasswordThatIsWrongAndThenRightAgainIsTriedAtOnce() async throws {
    let world = try AgentWorld([Self.account])
    world.source.rotate("right")
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.alwaysAnswer("a", with: .fail(Self.rejected))
      world.source.rotate("wrong")
      hand.signals.yield(.reload)
      try await hand.finished(2)
      await world.engine.alwaysAnswer("a", with: nil)
      world.source.rotate("right")
      world.clock.advance(by: .seconds(1))
      hand.signals.yield(.reload)
      try await hand.until("the account") { await world.wire().count == 3 }
      try await hand.until("a ready account") {
        world.notices.all.contains {
          guard case .changed(let event, let before) = $0 else { return false }
          return event.state == .ok && event.failure == nil && before != .none
        }
      }
    }
    #expect(await world.wire() == ["+ a", "+ a", "+ a"])
  }
}
