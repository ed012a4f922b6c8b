import SIP

extension FaultScript {
  /// Parses the faults of a command line: `;` between faults, `,` between the parts of one.
  ///
  /// `status=503,count=3,retryAfter=5` answers the first three requests with 503;
  /// `silence,probability=0.2` loses every fifth; `grant=60,identity=alice@*` grants Alice a minute.
  package init(parsing text: String) throws(FaultScriptError) {
    var faults: [Fault] = []
    for part in text.split(separator: ";") {
      let trimmed = part.trimmingBlanks
      guard !trimmed.isEmpty else { continue }
      var parser = FaultScriptParser()
      faults.append(try parser.parse(trimmed))
    }
    self.init(faults)
  }
}

/// Parses one fault.
struct FaultScriptParser {
  static let effectKeys = [
    "silence", "loseAnswer", "delay", "status", "redirect", "stale", "wrongBranch", "grant", "rewrite",
    "foreign", "restart", "seenAt", "overload",
  ]
  static let keys =
    effectKeys + [
      "retryAfter", "minExpires", "validity", "identity", "credentials", "after", "count", "nth",
      "probability", "per",
    ]

  private var effects: [Fault.Effect] = []
  private var selection = FaultSelection()
  private var status: UInt16?
  private var retryAfter: UInt32?
  private var minExpires: UInt32?
  private var overload: (amount: UInt32, isRate: Bool)?
  private var validity: UInt32?

  mutating func parse(_ text: Substring) throws(FaultScriptError) -> Fault {
    for item in text.split(separator: ",") {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = String(pair[0].trimmingBlanks)
      let value = pair.count > 1 ? String(pair[1].trimmingBlanks) : ""
      if try !takeEffect(key, value), try !takeCondition(key, value) { throw .unknownKey(key) }
    }
    if let status {
      effects.append(.answer(status: status, retryAfter: retryAfter, minExpires: minExpires))
    } else if retryAfter != nil {
      throw .needsStatus("retryAfter")
    } else if minExpires != nil {
      throw .needsStatus("minExpires")
    }
    if let overload {
      effects.append(.overload(overload.amount, isRate: overload.isRate, validity: validity))
    } else if validity != nil {
      throw .needsOverload("validity")
    }
    guard !effects.isEmpty else { throw .noEffect(String(text)) }
    return Fault(effects, selection)
  }

  private mutating func takeEffect(_ key: String, _ value: String) throws(FaultScriptError) -> Bool {
    switch key {
    case "silence": effects.append(try flag(key, value, .silence))
    case "loseAnswer": effects.append(try flag(key, value, .loseAnswer))
    case "stale": effects.append(try flag(key, value, .stale))
    case "wrongBranch": effects.append(try flag(key, value, .wrongBranch))
    case "restart": effects.append(try flag(key, value, .restart))
    case "delay": effects.append(.delay(try duration(key, value)))
    case "grant": effects.append(.grant(try number(key, value, 1...UInt32.max)))
    case "rewrite":
      let place = try place(key, value)
      effects.append(.rewriteContact(host: place.host, port: place.port))
    case "seenAt":
      let place = try place(key, value)
      effects.append(.seenAt(host: place.host, port: place.port))
    case "overload": overload = try load(key, value)
    case "validity": validity = try number(key, value, 0...UInt32.max)
    case "foreign": effects.append(.foreignContact(try uri(key, value)))
    case "redirect": effects.append(.redirect(try uri(key, value)))
    case "status": status = UInt16(try number(key, value, 200...699))
    case "retryAfter": retryAfter = try number(key, value, 0...UInt32.max)
    case "minExpires": minExpires = try number(key, value, 1...UInt32.max)
    default: return false
    }
    return true
  }

  private mutating func takeCondition(_ key: String, _ value: String) throws(FaultScriptError) -> Bool {
    switch key {
    case "identity":
      guard !value.isEmpty else { throw .value(key: key, value: value, allowed: "a pattern such as alice@*") }
      selection.identity = value
    case "credentials":
      guard value == "with" || value == "without" else {
        throw .value(key: key, value: value, allowed: "with or without")
      }
      selection.hasCredentials = value == "with"
    case "after": selection.after = Int(try number(key, value, 0...UInt32.max))
    case "count": selection.count = Int(try number(key, value, 1...UInt32.max))
    case "nth":
      selection.after = Int(try number(key, value, 1...UInt32.max)) - 1
      selection.count = 1
    case "probability":
      guard let share = Double(value), (0...1).contains(share) else {
        throw .value(key: key, value: value, allowed: "a number from 0 to 1")
      }
      selection.probability = share
    case "per":
      guard value == "identity" else { throw .value(key: key, value: value, allowed: "identity") }
      selection.isPerIdentity = true
    default: return false
    }
    return true
  }

  private func flag(
    _ key: String,
    _ value: String,
    _ effect: Fault.Effect
  ) throws(FaultScriptError) -> Fault.Effect {
    guard value.isEmpty else { throw .value(key: key, value: value, allowed: "without a value") }
    return effect
  }

  private func number(
    _ key: String,
    _ value: String,
    _ range: ClosedRange<UInt32>
  ) throws(FaultScriptError) -> UInt32 {
    guard let number = UInt32(value), range.contains(number) else {
      throw .value(
        key: key,
        value: value,
        allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }

  private func duration(_ key: String, _ value: String) throws(FaultScriptError) -> Duration {
    let digits = value.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number <= 86_400_000 else {
      throw .value(key: key, value: value, allowed: "a time such as 200ms, 2s or 1m")
    }
    switch value.dropFirst(digits.count) {
    case "ms": return .milliseconds(number)
    case "s": return .seconds(number)
    case "m": return .seconds(number * 60)
    default: throw .value(key: key, value: value, allowed: "a time such as 200ms, 2s or 1m")
    }
  }

  private func load(
    _ key: String,
    _ value: String
  ) throws(FaultScriptError) -> (amount: UInt32, isRate: Bool) {
    guard value.hasSuffix("/s") else { return (try number(key, value, 0...100), false) }
    return (try number(key, String(value.dropLast(2)), 0...UInt32.max), true)
  }

  private func place(
    _ key: String,
    _ value: String
  ) throws(FaultScriptError) -> (host: Host, port: UInt16?) {
    do {
      let uri = try SIPURI(parsing: "sip:" + value)
      guard uri.user == nil, uri.parameters.isEmpty, uri.headers.isEmpty else {
        throw SIPURIError.host(value)
      }
      return (uri.host, uri.port)
    } catch {
      throw .value(key: key, value: value, allowed: "a host, or host:port")
    }
  }

  private func uri(_ key: String, _ value: String) throws(FaultScriptError) -> SIPURI {
    do {
      return try SIPURI(parsing: value)
    } catch {
      throw .value(key: key, value: value, allowed: "a SIP URI without commas and semicolons")
    }
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    var rest = drop { $0 == " " || $0 == "\t" }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return rest
  }
}
