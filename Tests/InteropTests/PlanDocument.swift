/// What tests read of `plan -o json`.
struct PlanDocument: Decodable {
  struct Change: Decodable {
    struct Cause: Decodable { let kind: String }

    let account: String
    let action: String
    let cause: Cause
  }

  let format: String
  let digest: String
  let changes: [Change]

  /// The action for each account that has one.
  var actions: [String: String] {
    Dictionary(changes.map { ($0.account, $0.action) }) { first, second in "\(first), \(second)" }
  }

  var causes: Set<String> { Set(changes.map(\.cause.kind)) }
}
