import SIP
import Testing

@testable import Manifests

/// A file that several threads read is the file that one reads.
struct YAMLChunksTests {
  private static let usual = """
    # a file in the usual form
    apiVersion: sipreconcile/v1
    owner: "test"
    defaults: { expires: 1h }

    accounts:   # one after the other
      # the first
      a: { identity: "sip:a@example.org" }
      b:
        identity: 'sip:b@example.org'

        description: |
          some text
            b: with what looks like a key
          c: and another
        auth: { username: b,
          password: { fromEnv: B } }
      "c": { identity: sip:c@example.org }
      d:
        identity: >-
          sip:d@example.org
        dependsOn: [a,
          b]
      e: { identity: "sip:e@example.org",
         description: "over
         lines" }

      f:
        identity: sip:f@example.org
        register:
      g: {}
      h:
        - x
        - y: z
      i: last

    """

  private static func tree(_ text: String, threads: Int) -> Result<YAMLTree, YAMLError> {
    do throws(YAMLError) {
      return .success(try YAMLParser.parse(Array(text.utf8), file: "f", threads: threads))
    } catch {
      return .failure(error)
    }
  }

  private static func expectSame(_ text: String, _ threads: Int) {
    switch (tree(text, threads: 1), tree(text, threads: threads)) {
    case (.success(let one), .success(let other)):
      #expect(one.nodes == other.nodes, "\(threads) threads:\n\(text)")
      #expect(one.arena == other.arena)
    case (.failure(let one), .failure(let other)): #expect("\(one)" == "\(other)")
    case (let one, let other): Issue.record("\(threads) threads: \(one), \(other):\n\(text)")
    }
  }

  /// True if a file was cut and put together again.
  private static func isCut(_ text: String, _ threads: Int) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { content in
      guard let chunks = YAMLChunks(content, count: threads) else { return false }
      let parts = chunks.ranges.map { range in
        Self.tree(String(decoding: content[range], as: UTF8.self), threads: 1)
      }
      let trees = parts.compactMap { try? $0.get() }
      return trees.count == parts.count && chunks.join(trees) != nil
    }
  }

  @Test(arguments: 2...12)
  func whereverItIsCutATreeIsTheSame(threads: Int) {
    let windows = Self.usual.replacing("\n", with: "\r\n")
    for text in [Self.usual, windows] {
      // With more of them one cut stands behind the key without a value.
      if threads < 6 { #expect(Self.isCut(text, threads)) }
      Self.expectSame(text, threads)
    }
  }

  @Test(
    "what cannot be cut is read in one go",
    arguments: [
      ("an alias", "i: last", "i: *x"),
      ("a key behind", "  i: last\n", "  i: last\nreconcile: {}\n"),
      ("another document", "  i: last\n", "  i: last\n---\nb: c\n"),
      ("a flow", "accounts:   # one after the other", "accounts: { }\nother:"),
      ("an anchor", "accounts:   # one", "accounts: &x # one"),
      ("another key", "accounts:   #", "accountz:   #"),
      ("no indentation", "  i: last\n", "  i: last\ni: last\n"),
    ]
  )
  func exceptions(name: String, part: String, replacement: String) {
    let text = Self.usual.replacing(part, with: replacement)
    #expect(text != Self.usual)
    for threads in 2...6 {
      #expect(!Self.isCut(text, threads), "\(name)")
      Self.expectSame(text, threads)
    }
  }

  @Test func complaintsAreThoseOfAFileReadInOneGo() {
    for (part, bad) in [
      ("g: {}", "g: {"), ("i: last", "i: \"last"), ("h:\n", "h: ]\n"), ("  i: last", "\ti: last"),
      ("  g: {}", " g: {}"), ("  g: {}", "   g: {}"), ("\"over", "over"),
    ] {
      let text = Self.usual.replacing(part, with: bad)
      #expect(text != Self.usual)
      for threads in 2...6 { Self.expectSame(text, threads) }
    }
  }

  @Test func anyOtherTextIsReadAlikeToo() {
    var random = RandomSource(seed: 7)
    let bits = [
      "\n", "  ", " ", "a: ", "- ", "? ", ": ", "\"", "'", "{", "}", "[", "]", "#", "|", ">", "\n  x: y\n",
      "\n\n", "\t",
      "accounts:\n", "&a ", "!", "...\n", "---\n", ",", "%", "\r\n",
    ]
    var cut = 0
    for _ in 0..<1500 {
      var text = Array(Self.usual)
      for _ in 0...Int.random(in: 0...2, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        if Bool.random(using: &random) {
          text.insert(contentsOf: bits.randomElement(using: &random) ?? "", at: place)
        } else {
          text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...6, using: &random)))
        }
      }
      let threads = Int.random(in: 2...6, using: &random)
      Self.expectSame(String(text), threads)
      if Self.isCut(String(text), threads) { cut += 1 }
    }
    #expect(cut > 100)
  }
}
