import Reconcile

/// `include`: other files that belong to one.
extension LoadPass {
  /// Reads what a file includes: files, folders and patterns, each in the order of their names.
  mutating func include(_ node: YAMLTree.Index, from number: Int) {
    let decoder = files[number].decoder
    for element in decoder.list(node) {
      guard let path = files[number].decoder.text(element, "include") else { continue }
      let directory = decoder.directory
      let full = FilePath.normal(FilePath.absolute(path, in: directory))
      let root = includeRoot(of: number)
      guard root == "/" || full.hasPrefix(root + "/") else {
        files[number].decoder.error(
          element,
          "`include` leads out of \(root) to \(full); --include-root names a folder that may be read",
          "include"
        )
        isIncomplete = true
        continue
      }
      let shown = shown(full, from: number)
      let listing = FileListing(of: shown, in: loader.workingDirectory)
      if let folder = listing?.folder { places.append(folder) }
      if let listing, listing.paths.isEmpty {
        files[number].decoder.warn(element, "`include` finds no file for `\(path)`", "include")
      }
      for file in listing?.paths ?? [shown] { read(file, at: element, from: number) }
    }
  }

  private mutating func read(_ path: String, at element: YAMLTree.Index, from number: Int) {
    do throws(RegularFile.Failure) {
      add(try loader.read(path), parent: number)
    } catch {
      files[number].decoder.error(element, "`include`: \(loader.reason(error, path: path))", "include")
      places.append(FilePath.absolute(path, in: loader.workingDirectory))
      isIncomplete = true
    }
  }

  /// A path as messages show it: relative to the working folder where the including file is.
  private func shown(_ full: String, from number: Int) -> String {
    let isAbsolute = files[number].decoder.tree.file.hasPrefix("/")
    return isAbsolute ? full : FilePath.shown(full, below: loader.workingDirectory)
  }

  private func includeRoot(of number: Int) -> String {
    if let root = loader.includeRoot { return FilePath.normal(root) }
    var top = number
    while let parent = files[top].parent { top = parent }
    return FilePath.normal(files[top].decoder.directory)
  }
}
