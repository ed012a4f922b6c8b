import Reconcile

#if canImport(FoundationXML)
  import Foundation
  import FoundationXML
#else
  import Foundation
#endif

/// The gateways of a FreeSWITCH file, read by the system's XML parser.
///
/// `$${name}` is replaced where the files set it before, as FreeSWITCH does before it parses.
final class GatewayXML: NSObject, XMLParserDelegate {
  private let source: ImportSource
  private(set) var gateways: [INISection] = []
  private(set) var draft = ImportDraft()
  private(set) var variables: [String: String]
  private var isInGateway = false
  private var inVariables = 0

  init(_ source: ImportSource, variables: [String: String]) {
    self.source = source
    self.variables = variables
  }

  func read() {
    let parser = XMLParser(data: Data(source.text.utf8))
    parser.shouldResolveExternalEntities = false
    parser.delegate = self
    guard !parser.parse() else { return }
    let place = SourceLocation(
      file: source.path,
      line: max(1, parser.lineNumber),
      column: max(1, parser.columnNumber)
    )
    gateways = []
    draft.fail("the file is no well-formed XML from here on, and is left out", at: place)
  }

  func parser(
    _ parser: XMLParser,
    didStartElement element: String,
    namespaceURI: String?,
    qualifiedName: String?,
    attributes: [String: String]
  ) {
    let at = SourceLocation(file: source.path, line: max(1, parser.lineNumber), column: 1)
    switch element.lowercased() {
    case "gateway":
      isInGateway = true
      gateways.append(INISection(name: expand(attributes["name"] ?? "", at), at: at))
    case "variables": inVariables += 1
    case "param" where isInGateway && inVariables == 0:
      let value = expand(attributes["value"] ?? "", at)
      let entry = INISection.Entry(key: (attributes["name"] ?? "").lowercased(), value: value, at: at)
      gateways[gateways.count - 1].entries.append(entry)
    case "x-pre-process": instruct(attributes, at)
    default: break
    }
  }

  func parser(
    _ parser: XMLParser,
    didEndElement element: String,
    namespaceURI: String?,
    qualifiedName: String?
  ) {
    switch element.lowercased() {
    case "gateway": isInGateway = false
    case "variables": inVariables -= 1
    default: break
    }
  }

  private func instruct(_ attributes: [String: String], _ at: SourceLocation) {
    let argument = attributes["data"] ?? ""
    switch attributes["cmd"]?.lowercased() {
    case "set":
      let parts = argument.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { variables[parts[0].trimmed] = expand(String(parts[1]), at) }
    case "include":
      draft.warn("`\(argument)` is included here and is not read; name it as a file to import too", at: at)
    default: draft.warn("X-PRE-PROCESS `\(attributes["cmd"] ?? "")` is not carried out", at: at)
    }
  }

  private func expand(_ text: String, _ at: SourceLocation) -> String {
    var result = ""
    var rest = text[...]
    while let dollars = rest.range(of: "$${") {
      result += rest[..<dollars.lowerBound]
      let tail = rest[dollars.upperBound...]
      guard let close = tail.firstIndex(of: "}") else {
        rest = rest[dollars.lowerBound...]
        break
      }
      let name = String(tail[..<close])
      if let value = variables[name] {
        result += value
      } else {
        draft.warn(
          "`$${\(name)}` is not set in the files; name the file that sets it (vars.xml) first",
          at: at
        )
        result += rest[dollars.lowerBound...close]
      }
      rest = tail[tail.index(after: close)...]
    }
    return result + rest
  }
}
