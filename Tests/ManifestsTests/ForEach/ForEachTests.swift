import Manifests
import Reconcile
import SIP
import Testing

/// One account for each row of a range or of a table.
struct ForEachTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ accounts: String, table: String? = nil) throws -> LoadResult {
    if let table { _ = try folder.write("users.csv", table) }
    _ = try folder.write("a.yaml", "apiVersion: sipreconcile/v1\nowner: o\n" + accounts)
    var loader = ManifestLoader()
    loader.workingDirectory = folder.path
    return loader.load(paths: ["a.yaml"])
  }

  private func messages(_ result: LoadResult) -> [String] {
    result.diagnostics.map { "\($0.at.map { "\($0.line):\($0.column)" } ?? "") \($0.message)" }
  }

  @Test("a range gives an account for each number, in its name and in all of its values")
  func ranges() throws {
    let result = try load(
      """
      x-base: &base { labels: { site: "s${n}" }, expires: 10m }
      accounts:
        first: { identity: sip:first@example.com }
        "ext-${n}":
          <<: *base
          identity: '"No ${n}" <sip:${n}@example.com>'
          auth: { username: "u${n}", password: { fromEnv: "PW_${n}" } }
          dependsOn: [{ account: first, contact: own }]
          forEach: { range: 0998..1001 }
        last: { identity: sip:last@example.com, description: "costs $${n}", dependsOn: ext-0999 }
      """
    )
    #expect(result.diagnostics.isEmpty)
    let accounts = try #require(result.desired).accounts
    #expect(
      accounts.map(\.account.id.name) == [
        "first", "ext-0998", "ext-0999", "ext-1000", "ext-1001", "last",
      ]
    )
    let one = accounts[2].account
    #expect(one.identity.description == "\"No 0999\" <sip:0999@example.com>")
    #expect(one.credentials.first?.username == "u0999")
    #expect(one.credentials.first?.secret == .environment("PW_0999"))
    #expect(one.labels == ["site": "s0999"] && one.expires == 600)
    #expect(accounts[2].at == SourceLocation(file: "a.yaml", line: 6, column: 3))
    #expect(accounts[2].fieldLocations[.identity] == SourceLocation(file: "a.yaml", line: 8, column: 5))
    // Without a `forEach` a text is what it is.
    #expect(accounts[5].account.description == "costs $${n}")
  }

  @Test("a table gives an account for each row, with its columns by name")
  func tables() throws {
    let result = try load(
      """
      accounts:
        "${name}":
          forEach: { csv: users.csv }
          identity: sip:${name}@example.com
          description: ${about}
          register: ${on}
          expires: ${time}
      """,
      table: "\u{feff}name,about,on,time\r\nalice,\"a, \"\"b\"\"\nc\",true,10m\r\n\r\nbob,,false,60\n"
    )
    #expect(messages(result) == [])
    let accounts = try #require(result.desired).accounts.map(\.account)
    #expect(accounts.map(\.id.name) == ["alice", "bob"])
    #expect(accounts.map(\.description) == ["a, \"b\"\nc", ""])
    #expect(accounts.map(\.register) == [true, false])
    #expect(accounts.map(\.expires) == [600, 60])
    #expect(result.files.contains(folder.path + "/users.csv"))
    let before = result.contentDigest
    let changed = try load(
      "accounts:\n  \"${name}\":\n    forEach: { csv: users.csv }\n    identity: sip:${name}@example.com\n",
      table: "name\nx\n"
    )
    #expect(changed.contentDigest != before)
    let again = try load(
      "accounts:\n  \"${name}\":\n    forEach: { csv: users.csv }\n    identity: sip:${name}@example.com\n",
      table: "name\ny\n"
    )
    #expect(again.contentDigest != changed.contentDigest)
  }

  @Test("what is wrong in a row names the row")
  func rows() throws {
    let result = try load(
      """
      accounts:
        "${name}": { identity: "sip:${name}@example.com", forEach: { csv: users.csv }, register: "${on}", dependsOn: x }
      """,
      table: "name,on\na,true\nb,maybe\n"
    )
    #expect(
      messages(result) == [
        "4:92 `register` is `true` or `false`, without quotes (users.csv:2)",
        "4:92 `register` is `true` or `false`, without quotes (users.csv:3)",
        "4:112 no account is named `x`; did you mean `a`?",
        "4:112 no account is named `x`; did you mean `a`?",
      ]
    )
  }

  @Test(
    "mistakes are told where they are",
    arguments: [
      ("{ range: 2..1 }", "`range` is two whole numbers"), ("{ range: 1-2 }", "`range` is two whole numbers"),
      ("{ range: 1..2000000 }", "2000000 accounts, and 1000000 are the most"),
      ("{ range: 1..2, csv: users.csv }", "`forEach` needs `range`"), ("{}", "`forEach` needs `range`"),
      ("{ csv: none.csv }", "`none.csv` cannot be read: No such file"),
      ("{ rnge: 1..2 }", "did you mean `range`"),
      ("{ csv: empty.csv }", "empty.csv:1: the table is empty"),
      ("{ csv: cells.csv }", "cells.csv:3: the row has 3 cells, and the header 2"),
      ("{ csv: names.csv }", "names.csv:1: `a b` names no column"),
      ("{ csv: twice.csv }", "twice.csv:1: two columns are called `n`"),
      ("{ csv: quote.csv }", "quote.csv:2: a quote is opened and never closed"),
      ("{ csv: behind.csv }", "behind.csv:2: a cell goes on behind its closing quote"),
      ("{ csv: other.csv }", "`${n}` is none of ${m}"),
    ]
  )
  func mistakes(_ clause: String, _ message: String) throws {
    for (name, text) in [
      ("empty", "\n\n"), ("cells", "n,m\n1,2\n1,2,3\n"), ("names", "a b\n"), ("twice", "n,m,n\n"),
      ("quote", "n\n\"x\n"), ("behind", "n\n\"x\"y\n"), ("other", "m\n1\n"),
    ] {
      _ = try folder.write("\(name).csv", text)
    }
    let result = try load(
      "accounts: { \"a${n}\": { identity: \"sip:${n}@b.example\", forEach: \(clause) } }\n"
    )
    #expect(result.diagnostics.contains { $0.message.contains(message) }, "\(messages(result))")
    #expect(result.desired == nil)
  }

  @Test("names that are not of their own, and texts that are left open")
  func names() throws {
    let same = try load(
      "accounts: { a: { identity: \"sip:${n}@b.example\", forEach: { range: 1..3 } } }\n"
    )
    #expect(
      messages(same) == ["3:13 each account of `forEach` has a name of its own: write ${n} in it"]
    )
    let taken = try load(
      """
      accounts:
        a2: { identity: sip:x@b.example }
        "a${n}": { identity: "sip:${n}@b.example", forEach: { range: 1..3 } }
      """
    )
    #expect(messages(taken) == ["5:3 account `a2` is there already at a.yaml:4:3 (n = 2)"])
    let open = try load(
      "accounts: { \"a${n\": { identity: \"sip:${n}@b.example\", forEach: { range: 1..3 } } }\n"
    )
    #expect(messages(open) == ["3:13 `${` has no `}`; write `$${` for the text itself"])
    let defaults = try load("defaults: { forEach: { range: 1..3 } }\naccounts: {}\n")
    #expect(messages(defaults) == ["3:22 `forEach` belongs to one account and has no default"])
  }

  @Test("a hundred thousand accounts of three lines")
  func many() throws {
    let result = try load(
      "accounts: { \"a${n}\": { identity: \"sip:${n}@b.example\", forEach: { range: 1..100000 } } }\n"
    )
    #expect(result.desired?.accounts.count == 100_000)
    #expect(result.desired?.accounts.last?.account.identity.uri.user == "100000")
  }

  @Test("a password of a table is warned of, and is in no message")
  func passwordsOfTables() throws {
    let result = try load(
      """
      accounts:
        "${name}": { identity: "sip:${name}@example.com", forEach: { csv: users.csv },
                     auth: { username: "${name}", password: "${pw}" }, expires: x }
      """,
      table: "name,pw\na,canary-1\nb,canary-2\n"
    )
    #expect(result.diagnostics.contains { $0.rule == "literal-secret" })
    #expect(result.diagnostics.allSatisfy { !"\($0)".contains("canary") })
  }
}
