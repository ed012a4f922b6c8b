import ArgumentParser

/// What files may do and read.
struct FileReadingOptions: ParsableArguments {
  @Flag(help: "Let fromCommand run programs.")
  var allowExec = false

  @Option(
    help: ArgumentHelp(
      "Let include read files below this folder; else only below that of the file.",
      valueName: "folder"
    ),
    completion: .directory
  )
  var includeRoot: String?

  func manifests(_ paths: [String]) -> ManifestFiles {
    ManifestFiles(paths: paths, allowExec: allowExec, includeRoot: includeRoot)
  }
}
