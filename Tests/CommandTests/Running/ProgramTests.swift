import Foundation
import Testing

@testable import sipreconcile

@Suite struct ProgramTests {
  @Test(
    "wrong usage is one JSON document for whoever reads JSON",
    arguments: [
      ["plan", "-o", "json"], ["frobnicate", "--output=json"], ["status", "--nonsense", "-ojson"],
      ["graph", "accounts.yaml", "-o", "json"], ["apply", "accounts.yaml", "-o=json", "--timers", "t9=1s"],
    ]
  )
  func wrongUsageIsADocument(_ arguments: [String]) async throws {
    let ending = await (try Laboratory()).run(arguments)
    #expect(ending.status == 64)
    let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    #expect(object?["format"] as? String == "sipreconcile.diagnostics/1")
    let entry = try #require((object?["diagnostics"] as? [[String: Any]])?.first)
    #expect(entry["rule"] as? String == "usage" && entry["severity"] as? String == "error")
    #expect((entry["message"] as? String)?.isEmpty == false && !ending.errors.isEmpty)
  }

  @Test("wrong usage is an event and a summary for whoever reads NDJSON")
  func wrongUsageIsAnEvent() async throws {
    let ending = await (try Laboratory()).run("plan", "-o", "ndjson")
    let lines = ending.output.split(separator: "\n")
    #expect(ending.status == 64 && lines.count == 2)
    #expect(lines.first?.contains(#""rule":"usage""#) == true)
    #expect(lines.last?.contains(#""exit":64"#) == true && lines.last?.contains("run_summary") == true)
  }

  @Test("a watch that cannot begin ends its JSON lines with a run_summary", arguments: ["json", "ndjson"])
  func aWatchThatCannotBegin(_ format: String) async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.invalid)
    for command in [["watch"], ["apply", "--watch"]] {
      let ending = await laboratory.run(command + ["accounts.yaml", "-o", format])
      let lines = ending.output.split(separator: "\n")
      #expect(ending.status == 3 && lines.count == 4)
      #expect(lines.last?.contains(#""exit":3"#) == true)
    }
  }

  @Test("a plan that is not the reviewed one says in JSON how it differs")
  func anotherPlanIsADocument() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let ending = await laboratory.run("apply", "accounts.yaml", "--expect", "000000000000", "-o", "json")
    let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    #expect(ending.status == 4 && object?["format"] as? String == "sipreconcile.plan/1")
    #expect(
      (object?["diagnostics"] as? [[String: Any]])?.contains { $0["rule"] as? String == "expect" } == true
    )
  }
}
