import Testing

@testable import SIP

struct RedirectionTests {
  private static let t0 = Instant(nanoseconds: 0)

  private static func target(_ host: String, q: UInt16 = 1000, expires: UInt32? = nil) -> RedirectTarget {
    RedirectTarget(uri: SIPURI(host: .name(host)), q: q, expires: expires)
  }

  @Test("UAC-20 the best q comes first, and of equals the first; the others follow after failures")
  func order() {
    var redirection = Redirection()
    let targets = [Self.target("a", q: 200), Self.target("b", q: 900), Self.target("c", q: 900)]
    #expect(redirection.take(targets, at: Self.t0) == .follow(targets[1]))
    #expect(redirection.next(at: Self.t0) == targets[2])
    #expect(redirection.next(at: Self.t0) == targets[0])
    #expect(redirection.next(at: Self.t0) == nil)
  }

  @Test("UAC-21 a target that was asked is not asked again in one attempt")
  func loops() {
    var redirection = Redirection()
    #expect(redirection.take([Self.target("a")], at: Self.t0) == .follow(Self.target("a")))
    #expect(redirection.take([Self.target("b")], at: Self.t0) == .follow(Self.target("b")))
    #expect(redirection.take([Self.target("A")], at: Self.t0) == .loop)
    #expect(redirection.take([], at: Self.t0) == .nothing)
  }

  @Test("UAC-21 SEC-44 five targets at most, however many there are and however deep they lie")
  func limit() {
    var redirection = Redirection()
    var followed = 0
    for round in 0..<1000 {
      let many = (0..<10).map { Self.target("h\(round)-\($0)") }
      if case .follow = redirection.take(many, at: Self.t0) { followed += 1 }
    }
    #expect(followed == Redirection.limit)
  }

  @Test("UAC-24 a redirect with a time is over after it, one without goes on")
  func lifetime() {
    var redirection = Redirection()
    _ = redirection.take([Self.target("a", expires: 600)], at: Self.t0)
    redirection.settle()
    #expect(!redirection.isOver(at: Self.t0 + .seconds(599)))
    #expect(redirection.isOver(at: Self.t0 + .seconds(600)))
    _ = redirection.take([Self.target("b")], at: Self.t0)
    #expect(!redirection.isOver(at: Self.t0 + .seconds(1_000_000)))
  }

  @Test("what an earlier attempt has asked may be asked again once a target has accepted")
  func settled() {
    var redirection = Redirection()
    _ = redirection.take([Self.target("a"), Self.target("c")], at: Self.t0)
    _ = redirection.take([Self.target("b")], at: Self.t0)
    redirection.settle()
    #expect(redirection.current == Self.target("b"))
    #expect(redirection.next(at: Self.t0) == nil)
    #expect(redirection.take([Self.target("b")], at: Self.t0) == .loop)
    #expect(redirection.take([Self.target("a")], at: Self.t0) == .follow(Self.target("a")))
  }
}
