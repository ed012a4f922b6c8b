import Agent
import Reconcile
import SIP

/// A report as JSON, to the byte what `JSONOutput.pretty` gives.
///
/// Its outcomes are as many as there are accounts, so they are written straight into one buffer; a text or a
/// number that is not plain goes through the encoder.
struct ReportJSON {
  private var bytes: [UInt8] = []

  private init() {}

  static func text(of document: ReportDocument) throws -> String {
    var json = ReportJSON()
    json.bytes.reserveCapacity(256 + document.outcomes.count * 220)
    try json.write(document)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private mutating func write(_ document: ReportDocument) throws {
    bytes.append(literal: "{\n  \"digest\" : ")
    try write(document.digest)
    bytes.append(literal: ",\n  \"format\" : ")
    try write(document.format)
    bytes.append(literal: ",\n  \"outcomes\" : [\n")
    for (position, outcome) in document.outcomes.enumerated() {
      if position > 0 { bytes.append(literal: ",\n") }
      try write(outcome)
    }
    bytes.append(literal: "\n  ],\n  \"summary\" : {\n    \"blocked\" : ")
    bytes.append(decimal: UInt(document.summary.blocked))
    bytes.append(literal: ",\n    \"done\" : ")
    bytes.append(decimal: UInt(document.summary.done))
    bytes.append(literal: ",\n    \"failed\" : ")
    bytes.append(decimal: UInt(document.summary.failed))
    bytes.append(literal: ",\n    \"notStarted\" : ")
    bytes.append(decimal: UInt(document.summary.notStarted))
    bytes.append(literal: "\n  }\n}")
  }

  private mutating func write(_ outcome: ReportDocument.OutcomeEntry) throws {
    bytes.append(literal: "    {\n      \"account\" : ")
    try write(outcome.account)
    bytes.append(literal: ",\n      \"action\" : ")
    try write(outcome.action.rawValue)
    bytes.append(literal: ",\n      \"blockedBy\" : [\n")
    for (position, account) in outcome.blockedBy.enumerated() {
      bytes.append(literal: position > 0 ? ",\n        " : "        ")
      try write(account)
    }
    bytes.append(literal: "\n      ]")
    if let code = outcome.code {
      bytes.append(literal: ",\n      \"code\" : ")
      bytes.append(decimal: code)
    }
    bytes.append(literal: ",\n      \"duration\" : ")
    try write(outcome.duration)
    if let time = outcome.lapsesAt {
      bytes.append(literal: ",\n      \"lapsesAt\" : ")
      try write(time)
    }
    bytes.append(literal: ",\n      \"outcome\" : ")
    try write(outcome.outcome.rawValue)
    bytes.append(literal: ",\n      \"reason\" : ")
    try write(outcome.reason)
    if let remedy = outcome.remedy {
      bytes.append(literal: ",\n      \"remedy\" : ")
      try write(remedy)
    }
    bytes.append(literal: "\n    }")
  }

  private mutating func write(_ text: String) throws {
    guard text.utf8.allSatisfy(ReportJSON.isPlain) else {
      return bytes.append(string: try JSONOutput.line(text))
    }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(string: text)
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    0x20 <= byte && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Durations are whole milliseconds.
  private mutating func write(_ seconds: Double) throws {
    let milliseconds = (seconds * 1000).rounded()
    guard seconds >= 0, milliseconds < 1e12, milliseconds / 1000 == seconds else {
      return bytes.append(string: try JSONOutput.line(seconds))
    }
    let (whole, part) = UInt64(milliseconds).quotientAndRemainder(dividingBy: 1000)
    bytes.append(decimal: whole)
    guard part > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var digits = part
    for unit in [100, 10, 1] as [UInt64] where digits > 0 {
      bytes.append(UInt8(digits / unit) + 0x30)
      digits %= unit
    }
  }
}
