import Reconcile

#if canImport(FoundationXML)
  import Foundation
  import FoundationXML
#else
  import Foundation
#endif

/// The gateways of a FreeSWITCH file, read by the system's XML parser.
///
/// `$${name}` is replaced where the files set it before, as FreeSWITCH does before it parses. The file may be
/// anybody's: it declares no document type, so that no entity is ever replaced, and neither grows nor nests without end.
final class GatewayXML: NSObject, XMLParserDelegate {
  private let source: ImportSource
  private(set) var gateways: [INISection] = []
  private(set) var draft = ImportDraft()
  private(set) var variables: [String: String]
  private var isInGateway = false
  private var inVariables = 0
  private var depth = 0
  private var isTooDeep = false

  /// Bytes of a value with all its variables replaced: each may name others twice.
  static let longestValue = 65_536
  static let deepestElement = 64

  init(_ source: ImportSource, variables: [String: String]) {
    self.source = source
    self.variables = variables
  }

  func read() {
    if let declaration = source.text.range(of: "<!DOCTYPE", options: .caseInsensitive) {
      let line = source.text[..<declaration.lowerBound].count { $0.isNewline } + 1
      return draft.fail(
        "the file declares a document type, which is not read: remove `<!DOCTYPE …>`",
        at: SourceLocation(file: source.path, line: line, column: 1)
      )
    }
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
    let problem =
      isTooDeep
      ? "elements are nested deeper than \(GatewayXML.deepestElement) here; the file is left out"
      : "the file is no well-formed XML from here on, and is left out"
    draft.fail(problem, at: place)
  }

  func parser(
    _ parser: XMLParser,
    didStartElement element: String,
    namespaceURI: String?,
    qualifiedName: String?,
    attributes: [String: String]
  ) {
    let at = SourceLocation(file: source.path, line: max(1, parser.lineNumber), column: 1)
    depth += 1
    guard depth <= GatewayXML.deepestElement else {
      isTooDeep = true
      return parser.abortParsing()
    }
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
    depth -= 1
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
        guard result.utf8.count + value.utf8.count <= GatewayXML.longestValue else {
          draft.warn(
            "`$${\(name)}` makes this longer than \(GatewayXML.longestValue) bytes; it is left as it is",
            at: at
          )
          return text
        }
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
