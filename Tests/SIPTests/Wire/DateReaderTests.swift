import Testing

@testable import SIP

@Suite struct DateReaderTests {
  @Test(
    "a Date is read to the second",
    arguments: [
      ("Sat, 13 Nov 2010 23:29:00 GMT", 1_289_690_940), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Thu, 29 Feb 2024 12:00:01 GMT", 1_709_208_001), ("Fri, 1 Mar 2024 00:00:00 gmt", 1_709_251_200),
      ("Sun, 31 Dec 2000 23:59:59 GMT", 978_307_199),
    ] as [(String, Int64)]
  )
  func good(_ text: String, _ seconds: Int64) throws {
    var response = SampleResponse()
    response.extra = ["Date: \(text)"]
    #expect(try response.read { $0.date } == seconds)
  }

  @Test(
    "anything else is no Date",
    arguments: [
      "", "Sat, 13 Nov 2010 23:29:00", "13 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 2010 23:29:00 CET",
      "Sat, 32 Nov 2010 23:29:00 GMT", "Sat, 13 Foo 2010 23:29:00 GMT", "Sat, 13 Nov 10 23:29:00 GMT",
      "Sat, 13 Nov 2010 24:29:00 GMT", "Sat, 13 Nov 2010 23:29 GMT", "Sat, +3 Nov 2010 23:29:00 GMT",
      "1289690940",
    ]
  )
  func bad(_ text: String) throws {
    var response = SampleResponse()
    response.extra = ["Date: \(text)"]
    #expect(try response.read { $0.date } == nil)
  }
}
