import SIP
import Testing

/// One engine to hold to the contract.
struct EngineFactory: Sendable, CustomTestStringConvertible {
  var testDescription: String
  private let make: @Sendable () async throws -> any EngineFixture

  /// Every engine that there is; a new one is added here.
  static let all =
    [
      EngineFactory(testDescription: "scripted") { ScriptedFixture() }
    ]
    + [Transport.udp, .tcp, .tls, .ws, .wss].map { transport in
      EngineFactory(testDescription: "NIO with the embedded registrar over \(transport.viaName)") {
        try await NIOFixture(transport)
      }
    }

  private init(testDescription: String, make: @escaping @Sendable () async throws -> any EngineFixture) {
    self.testDescription = testDescription
    self.make = make
  }

  /// Lends a new engine to the body, and stops it afterwards however the body ends.
  func use(_ body: (any EngineFixture, inout EventListener) async throws -> Void) async throws {
    let fixture = try await make()
    var listener = EventListener(fixture.engine)
    do {
      try await body(fixture, &listener)
    } catch {
      try await fixture.stop()
      throw error
    }
    try await fixture.stop()
  }
}
