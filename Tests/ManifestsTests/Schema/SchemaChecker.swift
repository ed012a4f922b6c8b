import Foundation

/// Checks documents against a JSON Schema, as far as the schema of manifests goes: a keyword that it does not
/// know is an error.
struct SchemaChecker {
  struct Unknown: Error { var keyword: String }

  let schema: JSONValue
  private var expressions: [String: NSRegularExpression] = [:]

  init(schema: JSONValue) throws {
    self.schema = schema
    try prepare(schema)
  }

  /// Makes each pattern of the schema once.
  private mutating func prepare(_ value: JSONValue) throws {
    switch value {
    case .null, .flag, .number, .text: break
    case .list(let elements): for element in elements { try prepare(element) }
    case .object(let members):
      for (name, member) in members {
        if name == "pattern", case .text(let pattern) = member { try prepare(pattern: pattern) }
        if name == "patternProperties", case .object(let patterns) = member {
          for pattern in patterns.keys { try prepare(pattern: pattern) }
        }
        try prepare(member)
      }
    }
  }

  /// `$` is the very end, as JSON Schema has it, and not the place before a last line feed.
  private mutating func prepare(pattern: String) throws {
    let exact = pattern.hasSuffix("$") ? pattern.dropLast() + "\\z" : pattern[...]
    expressions[pattern] = try NSRegularExpression(pattern: String(exact))
  }

  /// What is wrong with a document, each as a path and a keyword; empty if it is accepted.
  func complaints(about value: JSONValue) throws -> [String] { try check(value, schema, at: "") }

  private func check(_ value: JSONValue, _ schema: JSONValue, at path: String) throws -> [String] {
    guard case .object(let keywords) = schema else { return schema == .flag(false) ? ["\(path): no"] : [] }
    return try keywords.sorted { $0.key < $1.key }.flatMap { keyword, rule in
      try check(value, keyword, rule, of: keywords, at: path)
    }
  }

  private func check(
    _ value: JSONValue,
    _ keyword: String,
    _ rule: JSONValue,
    of keywords: [String: JSONValue],
    at path: String
  ) throws -> [String] {
    let fault = ["\(path): \(keyword)"]
    switch keyword {
    case "$schema", "$defs", "title", "description", "default", "patternProperties": return []
    case "$ref":
      guard case .text(let name) = rule,
        let target = schema["$defs"]?[String(name.dropFirst("#/$defs/".count))]
      else { throw Unknown(keyword: "$ref \(rule)") }
      return try check(value, target, at: path)
    case "type":
      let types = if case .text(let name) = rule { [name] } else { rule.texts }
      return types.contains { isType(value, $0) } ? [] : fault
    case "const": return value == rule ? [] : fault
    case "enum":
      guard case .list(let allowed) = rule else { throw Unknown(keyword: keyword) }
      return allowed.contains(value) ? [] : fault
    case "pattern", "minLength", "maxLength": return try checkText(value, keyword, rule) ? [] : fault
    case "minimum", "maximum":
      guard case .number(let number) = value, case .number(let limit) = rule else { return [] }
      return (keyword == "minimum" ? number >= limit : number <= limit) ? [] : fault
    case "items":
      guard case .list(let elements) = value else { return [] }
      return try elements.enumerated().flatMap { try check($1, rule, at: "\(path)[\($0)]") }
    case "minItems":
      guard case .list(let elements) = value, case .number(let least) = rule else { return [] }
      return elements.count >= Int(least) ? [] : fault
    case "anyOf", "oneOf":
      guard case .list(let choices) = rule else { throw Unknown(keyword: keyword) }
      let fitting = try choices.filter { try check(value, $0, at: path).isEmpty }
      return (keyword == "anyOf" ? !fitting.isEmpty : fitting.count == 1) ? [] : fault
    case "not": return try check(value, rule, at: path).isEmpty ? fault : []
    case "required", "dependentRequired", "properties", "additionalProperties", "propertyNames":
      guard case .object(let members) = value else { return [] }
      return try checkMembers(members, keyword, rule, of: keywords, at: path)
    default: throw Unknown(keyword: keyword)
    }
  }

  private func checkMembers(
    _ members: [String: JSONValue],
    _ keyword: String,
    _ rule: JSONValue,
    of keywords: [String: JSONValue],
    at path: String
  ) throws -> [String] {
    switch keyword {
    case "required": return rule.texts.filter { members[$0] == nil }.map { "\(path): required \($0)" }
    case "dependentRequired":
      return members.keys.flatMap { name in
        (rule[name]?.texts ?? []).filter { members[$0] == nil }.map { "\(path): \(name) needs \($0)" }
      }
    case "properties":
      return try members.flatMap { name, member in
        try rule[name].map { try check(member, $0, at: "\(path)/\(name)") } ?? []
      }
    case "additionalProperties":
      let own = try members.filter { name, _ in
        try keywords["properties"]?[name] == nil && !isOfPattern(name, keywords["patternProperties"])
      }
      return try own.flatMap { try check($1, rule, at: "\(path)/\($0)") }
    default: return try members.keys.flatMap { try check(.text($0), rule, at: "\(path)/\($0)") }
    }
  }

  private func isOfPattern(_ name: String, _ patterns: JSONValue?) throws -> Bool {
    guard case .object(let patterns)? = patterns else { return false }
    return try patterns.keys.contains { try matches(name, $0) }
  }

  private func checkText(_ value: JSONValue, _ keyword: String, _ rule: JSONValue) throws -> Bool {
    guard case .text(let text) = value else { return true }
    switch rule {
    case .number(let limit):
      let count = text.unicodeScalars.count
      return keyword == "minLength" ? count >= Int(limit) : count <= Int(limit)
    case .text(let pattern): return try matches(text, pattern)
    case .null, .flag, .list, .object: throw Unknown(keyword: keyword)
    }
  }

  private func matches(_ text: String, _ pattern: String) throws -> Bool {
    guard let expression = expressions[pattern] else { throw Unknown(keyword: "pattern \(pattern)") }
    return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
  }

  private func isType(_ value: JSONValue, _ type: String) -> Bool {
    switch value {
    case .null: type == "null"
    case .flag: type == "boolean"
    case .number(let number): type == "number" || (type == "integer" && number == number.rounded())
    case .text: type == "string"
    case .list: type == "array"
    case .object: type == "object"
    }
  }
}
