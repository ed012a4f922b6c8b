import Foundation

@testable import Manifests

/// A JSON document, read from JSON or from YAML as an editor reads it.
indirect enum JSONValue: Equatable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(json bytes: [UInt8]) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) }

  /// A YAML node with its aliases and merges resolved, and scalars by the core schema.
  init(_ tree: YAMLTree, at index: YAMLTree.Index) {
    let node = tree.resolve(index)
    let children = JSONValue.children(of: node, in: tree)
    switch tree[node].kind {
    case .scalar, .alias: self = JSONValue.scalar(tree.text(node), isPlain: tree[node].isPlain)
    case .sequence: self = .list(children.map { JSONValue(tree, at: $0) })
    case .mapping:
      var own: [String: JSONValue] = [:]
      var merged: [String: JSONValue] = [:]
      for position in stride(from: 0, to: children.count - 1, by: 2) {
        let name = tree.text(tree.resolve(children[position]))
        let value = JSONValue(tree, at: children[position + 1])
        if name == "<<", case .object(let members) = value {
          merged.merge(members) { first, _ in first }
        } else {
          own[name] = value
        }
      }
      self = .object(own.merging(merged) { first, _ in first })
    }
  }

  private static func children(of node: YAMLTree.Index, in tree: YAMLTree) -> [YAMLTree.Index] {
    guard tree[node].kind != .scalar else { return [] }
    var children: [YAMLTree.Index] = []
    var next = node + 1
    while next < tree[node].end {
      children.append(next)
      next = tree[next].end
    }
    return children
  }

  private static func scalar(_ text: String, isPlain: Bool) -> JSONValue {
    guard isPlain else { return .text(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .flag(true)
    case "false", "False", "FALSE": return .flag(false)
    default:
      let isNumber = text.utf8.allSatisfy { "0123456789.-+".utf8.contains($0) }
      if isNumber, let number = Double(text) { return .number(number) }
      return .text(text)
    }
  }

  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  var texts: [String] {
    guard case .list(let elements) = self else { return [] }
    return elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
}

extension JSONValue: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}
