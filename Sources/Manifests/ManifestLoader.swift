import Reconcile

/// Reads manifests, decodes them and checks them as one desired state.
///
/// Several files make one state: names of accounts, registrars and credentials are shared among them, and
/// each is declared once. `defaults` belong to their own file and to those that it includes. `owner` must be the
/// same wherever it stands; `default`, `engine` and `reconcile` stand in one file.
public struct ManifestLoader: Sendable {
  /// One manifest's bytes.
  public struct Input: Sendable {
    /// As messages show it; `-` is standard input. Relative paths inside are read from its folder.
    public var path: String
    public var bytes: [UInt8]
    /// True if others than the owner may read the file, which matters if passwords stand in it.
    public var isExposed: Bool
    /// Nil for what is no file.
    var identity: FileIdentity?

    public init(path: String, bytes: [UInt8], isExposed: Bool = false) {
      self.path = path
      self.bytes = bytes
      self.isExposed = isExposed
    }
  }

  public var limits: YAMLLimits
  /// The absolute folder in which relative paths start.
  public var workingDirectory: String
  /// The absolute folder that `include` must not leave; nil is the folder of each file that is named.
  public var includeRoot: String?

  public init() {
    limits = YAMLLimits()
    workingDirectory = FilePath.workingDirectory()
  }

  /// Reads the files and loads them; everything wrong is in the result's diagnostics.
  ///
  /// `-` is standard input, and a folder stands for its `.yaml` and `.yml` files in the order of their names. Only
  /// regular files are read, through symbolic links too, and each once.
  public func load(paths: [String]) -> LoadResult {
    var inputs: [Input] = []
    var failures: [Diagnostic] = []
    var folders: [String] = []
    for path in paths {
      let listing = path == "-" ? nil : FileListing(of: path, in: workingDirectory)
      if let folder = listing?.folder { folders.append(folder) }
      if listing?.paths.isEmpty == true {
        failures.append(Diagnostic(.error, "`\(path)` holds no .yaml file", rule: "file"))
      }
      for file in listing?.paths ?? [path] {
        do {
          inputs.append(try read(file))
        } catch {
          failures.append(Diagnostic(.error, reason(error, path: file), rule: "file"))
        }
      }
    }
    var result = load(inputs)
    result.files += folders
    if !failures.isEmpty {
      // What is missing in an unreadable file cannot be told from what is missing altogether.
      let others = result.diagnostics.filter { $0.at != nil }
      result.diagnostics = failures + others
      result.desired = nil
      result.files = paths.filter { $0 != "-" } + result.files.filter { !paths.contains($0) }
    }
    return result
  }

  /// Loads manifests from their bytes; reads no file but those that they include.
  public func load(_ inputs: [Input]) -> LoadResult {
    var pass = LoadPass(loader: self)
    return pass.run(inputs)
  }

  func read(_ path: String) throws(RegularFile.Failure) -> Input {
    guard path != "-" else {
      return Input(path: path, bytes: try RegularFile.readAll(0, expecting: 0, limit: limits.fileSize))
    }
    let full = FilePath.absolute(path, in: workingDirectory)
    let file = try RegularFile(path: full, limit: limits.fileSize)
    var input = Input(path: path, bytes: file.bytes, isExposed: file.isExposed)
    input.identity = file.identity
    return input
  }

  func reason(_ failure: RegularFile.Failure, path: String) -> String {
    let reason =
      switch failure {
      case .unreadable(let reason): "cannot be read: \(reason)"
      case .notRegular: "is a pipe or a device; name regular files or folders"
      case .tooLarge: "is larger than \(limits.fileSize >> 20) MiB; split it"
      }
    return "`\(path)` \(reason)"
  }
}
