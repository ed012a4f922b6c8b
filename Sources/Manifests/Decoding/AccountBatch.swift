import Reconcile
import Synchronization

/// Decodes the accounts of one file, on several processors where there are many of them.
enum AccountBatch {
  /// Fewer accounts than this are not worth another thread.
  static let smallest = 2048
  /// About how many bytes an account takes in the heap.
  private static let usualSize = 640

  /// Decodes the accounts of these entries, and takes what is found besides into the decoder, in the order of the
  /// file.
  ///
  /// - Parameter first: the number of the first account.
  static func decode(
    _ entries: [NamedEntry],
    from first: Int,
    with decoder: inout FileDecoder,
    _ template: AccountTemplate
  ) -> [DesiredAccount] {
    let forked = decoder.fork()
    let decoders = Mutex<[Int: FileDecoder]>([:])
    let accounts = [DesiredAccount](unsafeUninitializedCapacity: entries.count) { buffer, count in
      HugePages.advise(buffer)
      // Each thread has a part of its own.
      nonisolated(unsafe) let buffer = buffer
      Parallel.forEachPart(of: entries.count, smallest: smallest) { part, range in
        var decoder = forked
        HugePages.growHeap(range.count * usualSize)
        for index in range {
          let account = decoder.accountOrPlace(entries[index], number: first + index, template)
          buffer.initializeElement(at: index, to: account)
        }
        decoders.withLock { $0[part] = decoder }
      }
      count = entries.count
    }
    for (_, part) in decoders.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { decoder.join(part) }
    return accounts
  }
}

extension FileDecoder {
  /// A decoder of the same file that has found nothing yet.
  fileprivate func fork() -> FileDecoder {
    var fork = FileDecoder(tree: tree, directory: directory)
    fork.declarations = declarations
    fork.origins = origins
    return fork
  }

  /// A broken account keeps its place and its name, so that whoever depends on it is not told that it does
  /// not exist.
  fileprivate mutating func accountOrPlace(
    _ entry: NamedEntry,
    number: Int,
    _ template: AccountTemplate
  ) -> DesiredAccount {
    if entry.origin != 0 || origin != nil { origin = origin(of: entry) }
    let id = AccountID(tree.text(tree.resolve(entry.key)))
    checkName(entry.key)
    if let account = account(entry, id: id, number: number, template: template) { return account }
    return DesiredAccount(template.account.named(id), at: tree.location(entry.key))
  }

  /// Takes over what another decoder of the same file has found further down.
  fileprivate mutating func join(_ other: FileDecoder) {
    // What two accounts share is complained about once, also where they are of two parts.
    let isRepeated = other.diagnostics.first.map { $0 == diagnostics.last } ?? false
    diagnostics += isRepeated ? other.diagnostics.dropFirst() : other.diagnostics[...]
    references += other.references
    hiddenLines.formUnion(other.hiddenLines)
    dependencies += other.dependencies
    hasMoves = hasMoves || other.hasMoves
    hasFlows = hasFlows || other.hasFlows
    guard let theirs = other.literals else { return }
    literals = literals.map { ($0.first, $0.count + theirs.count) } ?? theirs
  }
}
