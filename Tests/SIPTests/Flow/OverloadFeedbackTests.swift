import Testing

@testable import SIP

struct OverloadFeedbackTests {
  private func feedback(_ parameters: String) throws -> OverloadFeedback? {
    let bytes = Array("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa1\(parameters)".utf8)
    return try bytes.withUnsafeBytes { OverloadFeedback(try #require(ViaView($0))) }
  }

  @Test("oc, oc-validity, oc-seq and oc-algo are read from the Via")
  func loss() throws {
    let read = try feedback(#";oc=20;oc-algo="loss";oc-validity=1000;oc-seq=1282321615.782"#)
    let sequence: UInt64 = 128_232_161_578_200
    #expect(read == OverloadFeedback(.loss(percent: 20), validity: .seconds(1), sequence: sequence))
    #expect(try feedback(";oc=20") == OverloadFeedback(.loss(percent: 20), sequence: nil))
  }

  @Test("a rate may be above 100")
  func rate() throws {
    let read = try feedback(#";OC=150;oc-algo="RATE";oc-validity=0;oc-seq=7.5"#)
    #expect(read == OverloadFeedback(.rate(perSecond: 150), validity: .zero, sequence: 750_000))
  }

  @Test("oc-seq is a number with a fraction: 7.5 is later than 7.15")
  func sequences() throws {
    let later = try #require(try feedback(";oc=1;oc-seq=7.5")?.sequence)
    let earlier = try #require(try feedback(";oc=1;oc-seq=7.15")?.sequence)
    #expect(later > earlier)
    let largest = try feedback(";oc=1;oc-seq=999999999999.99999")?.sequence
    #expect(largest == 99_999_999_999_999_999)
  }

  @Test("the longest validity is believed for an hour")
  func longestValidity() throws {
    #expect(try feedback(";oc=1;oc-validity=4294967295")?.validity == .seconds(3600))
  }

  @Test(
    "what is no share, no time or no sequence is passed over",
    arguments: [
      "", ";oc", ";oc=", ";oc=101", ";oc=999", ";oc=-1", ";oc=4294967296", ";oc=1x",
      ";oc=50;oc-validity", ";oc=50;oc-validity=-1", ";oc=50;oc-validity=4294967296",
      ";oc=50;oc-seq", ";oc=50;oc-seq=5", ";oc=50;oc-seq=.5", ";oc=50;oc-seq=5.",
      ";oc=50;oc-seq=1234567890123.1", ";oc=50;oc-seq=1.123456", ";oc=50;oc-seq=-1.5",
      ";oc=50;oc-algo", #";oc=50;oc-algo="window""#, #";oc=50;oc-algo="loss,rate""#,
    ]
  )
  func hostile(_ parameters: String) throws {
    #expect(try feedback(parameters) == nil)
  }
}
