/// What tests read of `apply -o json`.
struct ReportDocument: Decodable {
  struct Outcome: Decodable {
    let account: String
    let outcome: String
  }

  let format: String
  let outcomes: [Outcome]

  var notDone: [String] { outcomes.filter { $0.outcome != "done" }.map { "\($0.account): \($0.outcome)" } }
}
