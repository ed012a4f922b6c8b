import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// The port that an engine takes when none was named.
@Suite(.timeLimit(.minutes(3))) struct SourcePortTests {
  @Test("SEC-23 without a port of ours to bind, each start takes another that cannot be told from the last")
  func portsAreRandom() async throws {
    var ports: [Int] = []
    for _ in 0..<12 {
      let engine = try await NIOEngine.start()
      ports.append(Int(try #require(await engine.localAddress).port))
      await engine.shutdown()
    }
    #expect(Set(ports).count > 8)
    #expect(Set(zip(ports, ports.dropFirst()).map { $1 - $0 }).count > 8)
    #expect(!ports.contains(5060))
  }
}
