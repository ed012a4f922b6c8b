import Reconcile

/// One load: all files parsed, then their sections, then their accounts, then the checks over all.
struct LoadPass {
  let loader: ManifestLoader
  var files: [ManifestFile] = []
  /// Every file that was read, in the order of `files` but for those that are no YAML.
  private var inputs: [ManifestLoader.Input] = []
  private var known: Set<FileIdentity> = []
  private var digest = ContentDigest()
  /// What a watch follows beside the files: folders, and files that could not be read.
  var places: [String] = []
  /// A file that is included could not be read: what is missing may stand in it.
  var isIncomplete = false
  private var diagnostics: [Diagnostic] = []
  private var declarations = Declarations()
  private var desired = DesiredState(owner: "")
  private var ownerAt: SourceLocation?
  private var defaultAccount: (name: String, at: SourceLocation)?
  private var engineAt: SourceLocation?
  private var policyAt: SourceLocation?
  private var names = ByteTable()
  private var dependencies: [DeclaredDependency] = []

  init(loader: ManifestLoader) { self.loader = loader }

  mutating func run(_ inputs: [ManifestLoader.Input]) -> LoadResult {
    for input in inputs { add(input, parent: nil) }
    var files = self.files
    self.files = []
    for index in files.indices { decodeSections(&files[index]) }
    if !isIncomplete { checkOwner(files) }
    for index in files.indices {
      decodeDefaults(&files[index], below: files[index].parent.map { files[$0].template })
      decodeAccounts(&files[index])
    }
    self.files = files
    if !isIncomplete { checkAll() }
    return finish()
  }

  /// Takes a file in, and right behind it those that it includes; each file once.
  mutating func add(_ input: ManifestLoader.Input, parent: Int?) {
    if let identity = input.identity, !known.insert(identity).inserted { return }
    digest.add(input.bytes)
    inputs.append(input)
    do throws(YAMLError) {
      let tree = try YAMLParser.parse(input.bytes, file: input.path, limits: loader.limits)
      let directory = FilePath.directory(of: input.path, workingDirectory: loader.workingDirectory)
      var file = ManifestFile(decoder: FileDecoder(tree: tree, directory: directory), parent: parent)
      file.fields = file.decoder.tree.root.flatMap { file.decoder.fields(of: $0, TopKey.self, "a manifest") }
      files.append(file)
      if let node = file.fields?[TopKey.include] { include(node, from: files.count - 1) }
    } catch {
      diagnostics.append(SourceExcerpt.diagnostic(error, input))
    }
  }

  private mutating func decodeSections(_ file: inout ManifestFile) {
    guard let root = file.decoder.tree.root, let fields = file.fields else {
      if file.decoder.tree.root == nil {
        let at = SourceLocation(file: file.decoder.tree.file, line: 1, column: 1)
        diagnostics.append(
          Diagnostic(
            .error,
            at: at,
            "the file is empty; it starts with `apiVersion: sipreconcile/v1`",
            rule: "empty"
          )
        )
      }
      return
    }
    checkVersion(&file, fields, root)
    decodeOwner(&file, fields)
    decodeRegistrars(&file, fields)
    decodeCredentials(&file, fields)
    decodeSettings(&file, fields)
  }

  private func checkVersion(_ file: inout ManifestFile, _ fields: Fields, _ root: YAMLTree.Index) {
    guard let node = fields[TopKey.apiVersion] else {
      file.decoder.error(root, "`apiVersion: sipreconcile/v1` is missing", "missing-key")
      return
    }
    guard let version = file.decoder.text(node, "apiVersion"), version != "sipreconcile/v1" else { return }
    file.decoder.error(node, "this program reads `apiVersion: sipreconcile/v1`", "version")
  }

  private mutating func decodeOwner(_ file: inout ManifestFile, _ fields: Fields) {
    guard let node = fields[TopKey.owner], let owner = file.decoder.text(node, "owner") else { return }
    guard OwnerName.isValid(owner) else {
      file.decoder.error(node, "`owner` has \(OwnerName.rule)", "owner")
      return
    }
    if let ownerAt, desired.owner != owner {
      file.decoder.error(
        node,
        "the owner is `\(desired.owner)` at \(ownerAt); files loaded together have one",
        "owner"
      )
    } else if ownerAt == nil {
      desired.owner = owner
      ownerAt = file.decoder.tree.location(node)
    }
  }

  private mutating func decodeRegistrars(_ file: inout ManifestFile, _ fields: Fields) {
    guard let node = fields[TopKey.registrars] else { return }
    for entry in file.decoder.entries(of: node, "`registrars`") ?? [] {
      guard let name = file.decoder.text(entry.key, "registrars") else { continue }
      let at = file.decoder.tree.location(entry.key)
      if let first = declarations.registrars[name] {
        file.decoder.error(entry.key, "registrar `\(name)` is already declared at \(first.at)", "duplicate")
        continue
      }
      let decoded = file.decoder.registrar(entry, name: name)
      declarations.registrars[name] = Named(value: decoded?.0, at: at)
      if let limits = decoded?.1 { desired.registrars.append(limits) }
    }
  }

  private mutating func decodeCredentials(_ file: inout ManifestFile, _ fields: Fields) {
    guard let node = fields[TopKey.credentials] else { return }
    for entry in file.decoder.entries(of: node, "`credentials`") ?? [] {
      guard let name = file.decoder.text(entry.key, "credentials") else { continue }
      if let first = declarations.credentials[name] {
        file.decoder.error(entry.key, "credential `\(name)` is already declared at \(first.at)", "duplicate")
        continue
      }
      let value = file.decoder.credential(entry.value)
      declarations.credentials[name] = Named(value: value, at: file.decoder.tree.location(entry.key))
    }
  }

  private mutating func decodeSettings(_ file: inout ManifestFile, _ fields: Fields) {
    if let node = fields[TopKey.engine], LoadPass.isFirst(&engineAt, node, "engine", &file) {
      desired.engine = file.decoder.engine(node)
    }
    if let node = fields[TopKey.reconcile], LoadPass.isFirst(&policyAt, node, "reconcile", &file) {
      desired.policy = file.decoder.policy(node)
    }
    if let node = fields[TopKey.default], let name = file.decoder.text(node, "default") {
      var at = defaultAccount?.at
      if LoadPass.isFirst(&at, node, "default", &file) {
        defaultAccount = (name, file.decoder.tree.location(node))
      }
    }
  }

  private static func isFirst(
    _ first: inout SourceLocation?,
    _ node: YAMLTree.Index,
    _ what: String,
    _ file: inout ManifestFile
  ) -> Bool {
    if let first {
      file.decoder.error(node, "`\(what)` already stands at \(first)", "duplicate")
      return false
    }
    first = file.decoder.tree.location(node)
    return true
  }

  private mutating func checkOwner(_ files: [ManifestFile]) {
    guard ownerAt == nil, let file = files.first(where: { $0.fields != nil }) else { return }
    // A file with a bad owner has its complaint already.
    guard !files.contains(where: { $0.fields?[TopKey.owner] != nil }) else { return }
    let at = SourceLocation(file: file.decoder.tree.file, line: 1, column: 1)
    let message = "`owner` is missing: the stable name under which registrations are owned"
    diagnostics.append(Diagnostic(.error, at: at, message, rule: "missing-key"))
  }

  private func decodeDefaults(_ file: inout ManifestFile, below base: AccountTemplate?) {
    file.decoder.declarations = declarations
    file.template = file.decoder.template(file.fields?[TopKey.defaults], below: base ?? AccountTemplate())
  }

  private mutating func decodeAccounts(_ file: inout ManifestFile) {
    guard let fields = file.fields else { return }
    let template = file.template
    guard let node = fields[TopKey.accounts] else {
      return
    }
    let isFirst = names.count == 0
    var fileNames = ByteTable()
    var entries = file.decoder.entries(of: node, "`accounts`", names: &fileNames) ?? []
    if file.decoder.mayHaveForEach {
      entries = file.decoder.expanding(entries, names: &fileNames) { readTable($0) }
    }
    if isFirst {
      // The names of the first file that has any are the numbers of its accounts already.
      names = fileNames
    } else {
      names.reserve(desired.accounts.count + entries.count)
      entries.removeAll { isDeclared($0, &file) }
    }
    let first = desired.accounts.count
    let accounts = AccountBatch.decode(entries, from: first, with: &file.decoder, template)
    if first == 0 { desired.accounts = accounts } else { desired.accounts += accounts }
    dependencies += file.decoder.dependencies
  }

  /// A table's rows are accounts: its bytes count as the file's own.
  private mutating func readTable(_ path: String) -> Result<[UInt8], RegularFile.Failure> {
    do throws(RegularFile.Failure) {
      let bytes = try RegularFile(path: path, limit: loader.limits.fileSize).bytes
      digest.add(bytes)
      return .success(bytes)
    } catch {
      return .failure(error)
    }
  }

  /// True, with a complaint, if another file has an account of that name; else the name is taken.
  private mutating func isDeclared(_ entry: NamedEntry, _ file: inout ManifestFile) -> Bool {
    let name = file.decoder.tree.text(file.decoder.tree.resolve(entry.key))
    let (first, isNew) = names.insert(name)
    if isNew { return false }
    let place = desired.accounts[first].at.map { " at \($0)" } ?? ""
    file.decoder.error(entry.key, "account `\(name)` is already declared\(place)", "duplicate")
    return true
  }

  private mutating func checkAll() {
    if let defaultAccount {
      if names.find(defaultAccount.name) == nil {
        let hint = Spelling.hint(defaultAccount.name, among: desired.accounts.lazy.map { $0.account.id.name })
        let message = "`default`: no account is named `\(defaultAccount.name)`\(hint)"
        diagnostics.append(Diagnostic(.error, at: defaultAccount.at, message, rule: "unknown-account"))
      }
      desired.defaultAccount = AccountID(defaultAccount.name)
    }
    var graph = DependencyGraph(accounts: desired.accounts, names: names, dependencies: dependencies)
    diagnostics += graph.check()
    if files.contains(where: \.decoder.hasMoves) { checkMoves() }
    if files.contains(where: \.decoder.hasFlows) { checkFlowNames() }
    // Broken accounts have no identity of their own, so only a good list is compared.
    guard !hasErrors else { return }
    var identities = IdentityCheck(accounts: desired.accounts)
    diagnostics += identities.check()
  }

  private var hasErrors: Bool {
    diagnostics.contains { $0.severity == .error }
      || files.contains { $0.decoder.diagnostics.contains { $0.severity == .error } }
  }

  private mutating func checkMoves() {
    var movers: [AccountID: AccountID] = [:]
    for index in desired.accounts.indices {
      guard let former = desired.accounts[index].account.movedFrom else { continue }
      let name = desired.accounts[index].account.id
      let at = desired.accounts[index].fieldLocations[.movedFrom]
      if names.find(former.name) != nil {
        let message = "`movedFrom`: account `\(former)` is still declared"
        diagnostics.append(Diagnostic(.error, at: at, message, rule: "moved"))
      } else if let other = movers.updateValue(name, forKey: former) {
        let message = "`movedFrom`: `\(other)` has moved from `\(former)` already"
        diagnostics.append(Diagnostic(.error, at: at, message, rule: "moved"))
      }
    }
  }

  /// The later flows of an account have names of their own, which nobody else may have.
  private mutating func checkFlowNames() {
    for index in desired.accounts.indices where !desired.accounts[index].account.outbound.flows.isEmpty {
      for flow in desired.accounts[index].account.flows.dropFirst() {
        guard let other = names.find(flow.id.name) else { continue }
        let message = "`\(flow.id)` is the name of a flow of `\(desired.accounts[index].account.id)`"
        let at = desired.accounts[other].at
        diagnostics.append(Diagnostic(.error, at: at, message, rule: "duplicate"))
      }
    }
  }

  private mutating func finish() -> LoadResult {
    for index in files.indices {
      let path = files[index].decoder.tree.file
      let isExposed = inputs.first { $0.path == path }?.isExposed ?? false
      files[index].warnAboutLiterals(isExposed: isExposed)
      diagnostics += files[index].decoder.diagnostics
    }
    let sorted = diagnostics.sortedByPlace(files: inputs.map(\.path))
    let shown = SourceExcerpt.filling(sorted, inputs, files)
    var seen: Set<String> = []
    let manifests = inputs.map(\.path).filter { $0 != "-" }
    let all = (manifests + files.flatMap(\.decoder.references) + places).filter { seen.insert($0).inserted }
    var result = LoadResult(desired: nil, diagnostics: shown, files: all, contentDigest: digest)
    result.decoded = desired
    for file in files { result.defaultLocations[file.decoder.tree.file] = file.template.locations }
    if !result.hasErrors {
      desired.diagnostics = shown
      result.desired = desired.expandingFlows
    }
    return result
  }
}
