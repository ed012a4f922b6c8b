import Reconcile

/// A snapshot in Prometheus' text format, version 0.0.4.
struct PrometheusText {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  init(_ snapshot: MetricsSnapshot) {
    info(snapshot)
    accounts(snapshot)
    counters(snapshot.counters)
  }

  private mutating func info(_ snapshot: MetricsSnapshot) {
    family("sipreconcile_info", .gauge, "Whose registrations these are; always 1.")
    sample("sipreconcile_info", ["owner": snapshot.owner], 1)
    single("sipreconcile_start_time_seconds", "When the watch began.", snapshot.startedAt.seconds)
    single(
      "sipreconcile_manifest_accepted",
      "1 while the files are valid, 0 while an earlier reading of them is in force.",
      snapshot.isManifestAccepted ? 1 : 0
    )
    single(
      "sipreconcile_state_writable",
      "1 while the state can be written.",
      snapshot.isStateWritable ? 1 : 0
    )
    single(
      "sipreconcile_resting_servers",
      "Servers that are left alone at present.",
      Double(snapshot.restingServers)
    )
  }

  private mutating func accounts(_ snapshot: MetricsSnapshot) {
    family("sipreconcile_accounts", .gauge, "Declared accounts, by the state of their registration.")
    for state in RegistrationState.allCases {
      sample("sipreconcile_accounts", ["state": state.rawValue], Double(snapshot.states[state] ?? 0))
    }
    family("sipreconcile_conditions", .gauge, "Declared accounts of which a condition holds.")
    for kind in Condition.Kind.allCases {
      sample("sipreconcile_conditions", ["type": kind.rawValue], Double(snapshot.conditions[kind] ?? 0))
    }
    single(
      "sipreconcile_foreign_bindings",
      "Bindings of others on our identities, as last listed.",
      Double(snapshot.foreignBindings)
    )
    if let first = snapshot.firstExpiry {
      single("sipreconcile_first_expiry_timestamp_seconds", "The first end of a binding.", first.seconds)
    }
    guard !snapshot.entries.isEmpty else { return }
    family("sipreconcile_account_ready", .gauge, "1 for an account that is bound as it is declared.")
    for entry in snapshot.entries {
      sample("sipreconcile_account_ready", ["account": entry.account], entry.isReady ? 1 : 0)
    }
    family("sipreconcile_account_expiry_timestamp_seconds", .gauge, "When an account's binding ends.")
    for entry in snapshot.entries {
      guard let end = entry.expiresAt else { continue }
      sample("sipreconcile_account_expiry_timestamp_seconds", ["account": entry.account], end.seconds)
    }
  }

  private mutating func counters(_ counters: AgentCounters) {
    family(
      "sipreconcile_registers_total",
      .counter,
      "Attempts to register or refresh that ended, by their last code."
    )
    for (answer, count) in counters.answers.sorted(by: { $0.key < $1.key }) {
      let labels = [
        "code": answer.code.map(String.init) ?? "none", "result": answer.isSuccess ? "ok" : "failed",
      ]
      sample("sipreconcile_registers_total", labels, Double(count))
    }
    family("sipreconcile_changes_total", .counter, "Changes of plans that ended, by action and outcome.")
    for (change, count) in counters.changes.sorted(by: { $0.key < $1.key }) {
      let labels = ["action": change.action.rawValue, "outcome": change.outcome.rawValue]
      sample("sipreconcile_changes_total", labels, Double(count))
    }
    count("sipreconcile_runs_total", "Plans that were carried out.", counters.runs)
    count("sipreconcile_manifest_readings_total", "Readings of the files.", counters.readings)
    count(
      "sipreconcile_manifest_rejections_total",
      "Readings that found the files not valid.",
      counters.rejectedReadings
    )
  }

  // MARK: The format

  private enum Kind: String { case counter, gauge }

  private mutating func single(_ name: String, _ help: String, _ value: Double) {
    family(name, .gauge, help)
    sample(name, [:], value)
  }

  private mutating func count(_ name: String, _ help: String, _ value: Int) {
    family(name, .counter, help)
    sample(name, [:], Double(value))
  }

  private mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func sample(_ name: String, _ labels: [String: String], _ value: Double) {
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(PrometheusText.escaped($0.value))\"" }
    let list = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    text += "\(name)\(list) \(number)\n"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}

extension Timestamp {
  fileprivate var seconds: Double { Double(milliseconds) / 1000 }
}
