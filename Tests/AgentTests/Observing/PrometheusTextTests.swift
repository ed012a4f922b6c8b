import Reconcile
import Testing

@testable import Agent

struct PrometheusTextTests {
  private func snapshot(_ change: (inout MetricsSnapshot) -> Void = { _ in }) -> MetricsSnapshot {
    var snapshot = MetricsSnapshot(
      owner: "office",
      isManifestAccepted: true,
      isStateWritable: false,
      startedAt: Timestamp(milliseconds: 1_500),
      counters: AgentCounters()
    )
    change(&snapshot)
    return snapshot
  }

  private func lines(_ snapshot: MetricsSnapshot) -> [String] {
    PrometheusText(snapshot).text.split(separator: "\n").map(String.init)
  }

  @Test func everyFamilyIsDescribedBeforeItsSamplesAndNoneTwice() {
    var seen: Set<String> = []
    var open = ""
    for line in lines(snapshot { $0.entries = [.init(account: "a", isReady: true, expiresAt: nil)] }) {
      if line.hasPrefix("# HELP ") {
        open = line.split(separator: " ")[2].description
        #expect(seen.insert(open).inserted)
      } else if !line.hasPrefix("#") {
        #expect(line.hasPrefix(open))
      }
    }
    #expect(seen.count > 12)
  }

  @Test func samplesShowCountsTimesAndFlags() {
    let lines = lines(
      snapshot { snapshot in
        snapshot.states = [.ok: 2]
        snapshot.conditions = [.ready: 2]
        snapshot.firstExpiry = Timestamp(milliseconds: 60_000)
        snapshot.counters.answers = [
          .init(code: 200, isSuccess: true): 4, .init(code: nil, isSuccess: false): 1,
        ]
      }
    )
    for line in [
      #"sipreconcile_info{owner="office"} 1"#, "sipreconcile_start_time_seconds 1.5",
      "sipreconcile_state_writable 0", #"sipreconcile_accounts{state="ok"} 2"#,
      #"sipreconcile_accounts{state="failed"} 0"#, #"sipreconcile_conditions{type="Ready"} 2"#,
      "sipreconcile_first_expiry_timestamp_seconds 60",
      #"sipreconcile_registers_total{code="200",result="ok"} 4"#,
      #"sipreconcile_registers_total{code="none",result="failed"} 1"#,
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test func namesAreEscaped() {
    let lines = lines(
      snapshot { $0.entries = [.init(account: "a\"b\\c\nd", isReady: false, expiresAt: nil)] }
    )
    #expect(lines.contains(#"sipreconcile_account_ready{account="a\"b\\c\nd"} 0"#))
  }
}
