import Agent
import Manifests
import Reconcile

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The plan that was reviewed: by its digest, or as the JSON that `plan` wrote.
enum ExpectedPlan: Sendable, Equatable {
  /// 12 hexadecimal digits or more of a digest.
  case digest(String)
  case document(digest: String, changes: [String: String])

  /// Reads `--expect`: a digest, or the path of a plan written with `plan -o json`.
  init(_ argument: String, workingDirectory: String) throws(CommandFailure) {
    if argument.count >= 12, argument.allSatisfy(\.isHexDigit) {
      self = .digest(argument.lowercased())
      return
    }
    let path = FilePath.absolute(argument, in: workingDirectory)
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure(
        .usage,
        "--expect: there is no file `\(argument)`, and 12 digits or more of a digest it is not either",
        rule: "expect"
      )
    }
    do {
      let reviewed = try JSONDecoder().decode(Reviewed.self, from: Data(contentsOf: URL(filePath: path)))
      let changes = reviewed.changes.map { ($0.account, Self.text($0)) }
      self = .document(digest: reviewed.digest, changes: Dictionary(changes) { first, _ in first })
    } catch {
      throw CommandFailure(
        .usage,
        "--expect `\(argument)` is neither 12 digits or more of a digest nor a plan written by "
          + "`sipreconcile plan -o json`",
        rule: "expect"
      )
    }
  }

  /// How the digest has to begin.
  var digest: String {
    switch self {
    case .digest(let digest), .document(let digest, _): digest
    }
  }

  /// Nil if the plan is the one that was reviewed; else what differs, a line each.
  func differences(from plan: PlanDocument) -> [String]? {
    switch self {
    case .digest(let digest):
      if plan.digest.hasPrefix(digest) { return nil }
      return ["expected the plan \(digest), but now it is \(plan.digest.prefix(max(12, digest.count)))"]
    case .document(let digest, let reviewed):
      if plan.digest == digest { return nil }
      return ["expected the plan \(digest.prefix(12)), but now it is \(plan.digest.prefix(12))"]
        + Self.compare(reviewed, with: plan)
    }
  }

  private static func compare(_ reviewed: [String: String], with plan: PlanDocument) -> [String] {
    var now: [String: String] = [:]
    for change in plan.changes {
      now[change.account] = text(
        Reviewed.Entry(
          account: change.account,
          action: change.action.rawValue,
          fields: change.fields.map { Reviewed.Field(path: $0.path, before: $0.before, after: $0.after) }
        )
      )
    }
    let names = Set(reviewed.keys).union(now.keys).sorted().filter { reviewed[$0] != now[$0] }
    return names.map { name in
      "\(name): reviewed \(reviewed[name] ?? "no change"); now \(now[name] ?? "no change")"
    }
  }

  private static func text(_ entry: Reviewed.Entry) -> String {
    let fields = entry.fields.map { "\($0.path) \($0.before ?? "–") → \($0.after ?? "–")" }
    return ([entry.action] + fields).joined(separator: ", ")
  }

  /// What is read of a plan's JSON.
  private struct Reviewed: Decodable {
    var digest: String
    var changes: [Entry]

    struct Entry: Decodable {
      var account: String
      var action: String
      var fields: [Field]
    }

    struct Field: Decodable {
      var path: String
      var before: String?
      var after: String?
    }
  }
}
