import ArgumentParser
import Importing
import Manifests
import Reconcile

/// Writes a manifest from another program's files.
struct ImportCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Write our YAML from another program's accounts.",
    discussion: """
      Reads liblinphone's linphonerc, Asterisk's pjsip.conf, FreeSWITCH's gateways, baresip's accounts, or \
      Kamailio's table uacreg as CSV with its column names, and writes a manifest to standard output. \
      Passwords become references to environment variables, whose names go to standard error; with \
      --secrets-dir they are written to files of mode 0600 in that folder, which references then name \
      relative to where the manifest is kept. No password is ever in the manifest.

      What cannot be carried over is a warning with file and line, and a comment in the manifest. Several \
      files are read as one set, in their order. The exit status is 6 if an account had to be left out.

      EXAMPLE:
        sipreconcile import ~/.linphonerc > accounts.yaml
        sipreconcile import --from pjsip pjsip.conf pjsip_wizard.conf > accounts.yaml
        sipreconcile import --from uacreg uacreg.csv --secrets-dir secrets --owner edge > accounts.yaml
      """
  )

  @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(help: "linphonerc, pjsip, freeswitch, baresip or uacreg; not needed where the file makes it plain.")
  var from: ImportFormat?

  @Option(help: ArgumentHelp("The owner that the manifest names.", valueName: "name"))
  var owner = "imported"

  @Option(
    help: ArgumentHelp("Write the passwords to files in this folder.", valueName: "folder"),
    completion: .directory
  )
  var secretsDir: String?

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try outputOptions.checkHumanOnly("import writes YAML")
    guard OwnerName.isValid(owner) else {
      throw ValidationError("--owner: an owner's name has \(OwnerName.rule).")
    }
    if secretsDir == "" { throw ValidationError("--secrets-dir takes a folder's name.") }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let sources = try await BoundedRun(run: run).carryOut { () async throws(CommandFailure) in
      try await read(run)
    }
    let imported = Import(sources, format: try format(of: sources), secretsFolder: secretsDir)
    guard !imported.accounts.isEmpty else {
      let nothing = Diagnostic(
        .error,
        "there is no account in the files that can be imported",
        rule: "import"
      )
      throw CommandFailure(.invalidManifest, imported.diagnostics + [nothing])
    }
    if let secretsDir {
      try SecretsFolder(path: secretsDir, run.surroundings).write(imported.secrets)
    }
    run.output.diagnostics(imported.diagnostics)
    run.console.writeOutput(ManifestWriter.text(of: imported, owner: owner, heading: heading))
    ImportNotes(imported, secretsFolder: secretsDir).write(run.output)
    let isWhole = !imported.diagnostics.contains { $0.severity == .error }
    return CommandEnd(isWhole ? .done : .someFailed)
  }

  private var heading: [String] {
    ["Imported from \(files.joined(separator: ", ")). Look it over, then: sipreconcile plan FILE", ""]
  }

  private func read(_ run: CommandRun) async throws(CommandFailure) -> [ImportSource] {
    var sources: [ImportSource] = []
    for path in files {
      let surroundings = run.surroundings
      let result = await BlockingWork.run { TextFile.contents(path, surroundings) }
      switch result {
      case .success(let text): sources.append(ImportSource(path: path, text: text))
      case .failure(let failure): throw failure
      case nil: throw CommandFailure(.failed, "the files were not read to their end", rule: "file")
      }
    }
    return sources
  }

  private func format(of sources: [ImportSource]) throws(CommandFailure) -> ImportFormat {
    if let from { return from }
    let found = Set(sources.compactMap { ImportFormat.detect($0.text) })
    if found.count == 1, let format = found.first { return format }
    let known = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")
    let reason = found.isEmpty ? "the format is not plain from the files" : "the files have different formats"
    throw CommandFailure(.usage, "\(reason); say it with --from: \(known)", rule: "format")
  }
}

extension ImportFormat: ExpressibleByArgument {}
