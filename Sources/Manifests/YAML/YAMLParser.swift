import CYAML
import Dispatch
import Synchronization

/// Reads one YAML document through libyaml's events into a tree, without recursion.
///
/// libyaml has no limit on depth and resolves no aliases: both are done here, on every start event.
struct YAMLParser {
  /// libyaml keeps a pointer to its parser inside the parser, so it must not move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var event = yaml_event_t()
  private var builder: YAMLTreeBuilder

  private init(_ builder: YAMLTreeBuilder) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    self.builder = builder
  }

  /// Below this a file is read by one thread.
  static let smallestChunk = 1 << 20

  /// - Parameter threads: how many may read a large file; nil: as many as there are processors.
  static func parse(
    _ bytes: [UInt8],
    file: String,
    limits: YAMLLimits = YAMLLimits(),
    threads: Int? = nil
  ) throws(YAMLError) -> YAMLTree {
    guard bytes.count <= limits.fileSize else {
      throw tooLarge(limits)
    }
    if bytes.starts(with: [0xfe, 0xff]) || bytes.starts(with: [0xff, 0xfe]) {
      throw atStart("the file is UTF-16; save it as UTF-8", rule: "encoding")
    }
    let threads = threads ?? Parallel.threads(for: bytes.count / smallestChunk)
    let result: Result<YAMLTree, YAMLError> = bytes.withUnsafeBufferPointer { content in
      // What is wrong is told by one thread, which knows all that stands before it.
      if let tree = inParts(content, file: file, limits: limits, threads: threads) { return .success(tree) }
      return read(content, YAMLTreeBuilder(file: file, limits: limits), room: content.count)
    }
    return try result.get()
  }

  private static func inParts(
    _ content: UnsafeBufferPointer<UInt8>,
    file: String,
    limits: YAMLLimits,
    threads: Int
  ) -> YAMLTree? {
    guard let chunks = YAMLChunks(content, count: threads) else { return nil }
    let parts = Mutex([YAMLTree?](repeating: nil, count: chunks.ranges.count))
    nonisolated(unsafe) let content = content
    DispatchQueue.concurrentPerform(iterations: chunks.ranges.count) { number in
      let range = chunks.ranges[number]
      let builder = YAMLTreeBuilder(file: file, limits: limits, linesBefore: chunks.lines[number])
      // The others are appended to the first.
      let room = number == 0 ? content.count : range.count
      let part = UnsafeBufferPointer(rebasing: content[range])
      guard case .success(let tree) = read(part, builder, room: room) else { return }
      parts.withLock { $0[number] = tree }
    }
    let trees = parts.withLock { parts in
      defer { parts = [] }
      return parts.compactMap(\.self)
    }
    return trees.count == chunks.ranges.count ? chunks.join(trees) : nil
  }

  /// - Parameter room: how many bytes the tree is to have room for.
  private static func read(
    _ content: UnsafeBufferPointer<UInt8>,
    _ builder: YAMLTreeBuilder,
    room: Int
  ) -> Result<YAMLTree, YAMLError> {
    var parser = YAMLParser(builder)
    // Once the parser alone holds it.
    parser.builder.reserve(room)
    do throws(YAMLError) { return .success(try parser.run(content)) } catch { return .failure(error) }
  }

  static func tooLarge(_ limits: YAMLLimits) -> YAMLError {
    atStart("the file is larger than \(limits.fileSize >> 20) MiB; split it", rule: "file-size")
  }

  private static func atStart(_ message: String, rule: String) -> YAMLError {
    YAMLError(message: message, rule: rule, line: 1, column: 1, suspectLines: 1...1)
  }

  private mutating func run(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLError) -> YAMLTree {
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else {
      throw YAMLParser.atStart("out of memory", rule: "yaml")
    }
    defer { yaml_parser_delete(parser) }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
    let content = hasMark ? UnsafeBufferPointer(rebasing: bytes[3...]) : bytes
    yaml_parser_set_input_string(parser, content.baseAddress, content.count)
    try readEvents(content)
    return builder.tree
  }

  private mutating func readEvents(_ content: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
    while true {
      guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError(content) }
      defer { yaml_event_delete(&event) }
      if event.type == YAML_STREAM_END_EVENT { return }
      try builder.add(&event)
    }
  }

  /// libyaml's complaint, with its place in code points.
  private func syntaxError(_ content: UnsafeBufferPointer<UInt8>) -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "this is no YAML"
    var line = Int(parser.pointee.problem_mark.line) + 1
    var column = Int(parser.pointee.problem_mark.column) + 1
    if parser.pointee.error == YAML_READER_ERROR {
      // The marks belong to the scanner, which has not come that far: only the offset is right.
      (line, column) = YAMLParser.place(of: parser.pointee.problem_offset, in: content)
    }
    let context = parser.pointee.context.map { String(cString: $0) + ", " } ?? ""
    let last = max(line, builder.lastLine)
    var first = min(line, builder.lastLine)
    var message = "YAML: \(context)\(problem)"
    if parser.pointee.context != nil {
      let begin = (Int(parser.pointee.context_mark.line) + 1, Int(parser.pointee.context_mark.column) + 1)
      first = min(first, begin.0)
      if problem.hasSuffix("end of stream") {
        // Whatever was never closed is to be mended where it begins.
        (line, column) = begin
        message += "; it begins here"
      } else if begin.0 != line {
        message += "; it begins at line \(begin.0), column \(begin.1)"
      }
    }
    return YAMLError(
      message: message,
      rule: "yaml-syntax",
      line: line,
      column: column,
      suspectLines: first...last,
      isInsideSecret: builder.isInsideSecret
    )
  }

  /// Line and column of a byte; bytes that start no code point count as one each.
  private static func place(of offset: Int, in content: UnsafeBufferPointer<UInt8>) -> (Int, Int) {
    var line = 1
    var column = 1
    for byte in content[..<min(offset, content.count)] {
      if byte == 0x0a {
        line += 1
        column = 1
      } else if byte & 0xc0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}
