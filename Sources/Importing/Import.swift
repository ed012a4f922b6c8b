package import Reconcile

/// Accounts of another program, ready to be written as a manifest of ours.
package struct Import: Sendable {
  /// In the order of the files, with unique names and secrets as references.
  package var accounts: [ImportedAccount]
  package var defaultAccount: AccountID?
  /// The secrets that the references mean.
  package var secrets: [ImportedSecret]
  /// All that could not be carried over, in the order of the files; an error is an account that is missing.
  package var diagnostics: [Diagnostic]

  /// Reads files of one format as one set.
  ///
  /// - Parameter secretsFolder: Where secrets will be, in files; without it they are in the environment.
  package init(_ sources: [ImportSource], format: ImportFormat, secretsFolder: String? = nil) {
    let draft =
      switch format {
      case .linphonerc: LinphonercReader.read(sources)
      case .pjsip: PJSIPReader.read(sources)
      case .freeswitch: FreeSWITCHReader.read(sources)
      case .baresip: BaresipReader.read(sources)
      case .uacreg: UacregReader.read(sources)
      }
    var finishing = ImportFinishing(draft)
    finishing.finish(secretsFolder: secretsFolder)
    accounts = finishing.accounts
    defaultAccount = finishing.defaultAccount
    secrets = finishing.secrets
    let order = Dictionary(zip(sources.map(\.path), sources.indices)) { first, _ in first }
    let remarks = finishing.remarks + finishing.accounts.flatMap(\.remarks)
    let sorted = remarks.enumerated().sorted { first, second in
      let a = (order[first.element.at?.file ?? ""] ?? 0, first.element.at?.line ?? 0, first.offset)
      return a < (order[second.element.at?.file ?? ""] ?? 0, second.element.at?.line ?? 0, second.offset)
    }.map(\.element)
    // A line of a template counts for each account, and is told once.
    var told: Set<Diagnostic> = []
    diagnostics = sorted.filter { told.insert($0).inserted }
  }
}
