import Manifests
import Reconcile
import Testing

struct LabelDecodingTests {
  private func account(_ name: String, _ labels: String) -> String {
    "  \(name): { identity: sip:\(name)@example.com, labels: \(labels) }\n"
  }

  @Test func labelsThatAreWrittenAlikeAreReadOnceAndOthersApart() throws {
    let spellings = [
      "{ site: berlin }", "{ site: berlin }", "{ \"site\": berlin }", "{ siteb: erlin }",
      "{ site: b, erlin: \"\" }",
      "{ site: \"\", berlin: x }", "{}", "{ site: \(String(repeating: "x", count: 80)) }",
    ]
    let text = "accounts:\n" + spellings.enumerated().map { account("a\($0)", $1) }.joined()
    let labels = try #require(load(text).desired).accounts.map(\.account.labels)
    #expect(
      labels == [
        ["site": "berlin"], ["site": "berlin"], ["site": "berlin"], ["siteb": "erlin"],
        ["site": "b", "erlin": ""], ["site": "", "berlin": "x"], [:],
        ["site": String(repeating: "x", count: 80)],
      ]
    )
  }

  @Test func wrongLabelsAreToldForEachAccount() {
    let text = "accounts:\n" + account("a", "{ site: \"\\t\" }") + account("b", "{ site: \"\\t\" }")
    #expect(load(text).rules == ["control-character", "control-character"])
    let twice = "accounts:\n" + account("a", "{ x: 1, x: 1 }") + account("b", "{ x: 1, x: 1 }")
    #expect(load(twice).rules == ["duplicate-key", "duplicate-key"])
  }
}
