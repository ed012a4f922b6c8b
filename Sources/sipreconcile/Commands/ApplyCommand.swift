import Agent
import ArgumentParser
import Reconcile
import StateStore

/// Makes registrations what the files say.
struct ApplyCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Make registrations what the files say.",
    discussion: """
      Plans, carries the plan out in order - masters before those that depend on them, unregistering the \
      other way round - and returns when every account is done, failed or blocked. Applying again does \
      only what is left; applying twice changes nothing the second time.

      Rails stop a plan that would unregister or replace much, with status 4 and nothing done; the message \
      names the option that lets it go on.

      EXAMPLE:
        sipreconcile apply accounts.yaml
        sipreconcile apply --sandbox accounts.yaml
        sipreconcile apply accounts.yaml --only office --timeout 30s
      """
  )

  @OptionGroup var fileOptions: FileOptions

  @Flag(help: "Only show the plan.")
  var dryRun = false

  @Flag(help: "Stay, as watch does: hold, refresh and repair, and follow the files.")
  var watch = false

  @Flag(help: "Rehearse against a registrar in this process; nothing leaves the machine.")
  var sandbox = false

  @Option(
    help: ArgumentHelp(
      "Carry out only the plan that was reviewed: its digest, or the file of plan -o json.",
      valueName: "digest|file"
    )
  )
  var expect: String?

  @OptionGroup var timing: TimingOptions
  @OptionGroup var waiting: WaitingOptions

  @OptionGroup(title: "Planning") var planning: PlanningOptions
  @OptionGroup(title: "Engine") var engineOptions: EngineOptions
  @OptionGroup var stateOptions: StateOptions
  @OptionGroup var outputOptions: OutputOptions

  var goesOn: Bool { watch }

  func validate() throws {
    if watch, dryRun || sandbox || expect != nil || timing.timeout != nil || !planning.labels.isEmpty {
      throw ValidationError("--watch goes without --dry-run, --sandbox, --expect, --timeout and --label.")
    }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    if watch {
      let watching = WatchRun(
        files: fileOptions.manifests,
        planning: planning,
        engine: engineOptions,
        state: stateOptions,
        unregistersOnExit: false
      )
      return try await watching.carryOut(run)
    }
    let expected = try expectedPlan(run)
    let options = WorkingOptions(
      files: fileOptions.manifests,
      planning: planning,
      engine: engineOptions,
      state: stateOptions,
      isSandbox: sandbox,
      access: dryRun ? .readOnly : .readWrite,
      questions: dryRun || expected != nil ? .all : .whereItMatters,
      timeLimit: timing.timeout?.duration,
      handOver: dryRun ? nil : handOver(expected)
    )
    return try await options.withRun(run) { (working) async throws(CommandFailure) in
      try await act(on: working, expected)
    }
  }

  /// A watch of the same files does the work where one runs.
  private func handOver(
    _ expected: ExpectedPlan?
  ) -> @Sendable (HandedRun, LoadedManifests) async throws(CommandFailure) -> CommandEnd {
    { (agent, manifests) async throws(CommandFailure) in
      let others = engineOptions.given + planning.givenForOwnProcess
      guard others.isEmpty else {
        let names = others.joined(separator: ", ")
        throw CommandFailure(
          .locked,
          "the state is held by \(agent.holder), which would do this without \(names): leave that out, or stop it",
          rule: "state"
        )
      }
      var request = try planning.request(for: manifests.desired)
      request.files = manifests.contentDigest
      request.expect = expected?.digest
      let pid = agent.holder.pid
      agent.run.output.note(.info, "A watch holds these accounts, process \(pid): it does the work.")
      return try await agent.carryOut(request, expecting: expected, waits: !waiting.noWait)
    }
  }

  private func expectedPlan(_ run: CommandRun) throws(CommandFailure) -> ExpectedPlan? {
    guard let expect else { return nil }
    return try ExpectedPlan(expect, workingDirectory: run.surroundings.workingDirectory)
  }

  private func act(
    on working: WorkingRun,
    _ expected: ExpectedPlan?
  ) async throws(CommandFailure) -> CommandEnd {
    let output = working.run.output
    let plan = working.made.plan
    let differences = expected?.differences(from: working.document)
    let isStopped = dryRun || !plan.refusals.isEmpty || differences != nil
    // JSON is one document: the plan where it ends with the plan, else the report.
    let complaints = (differences ?? []).map { Diagnostic(.error, $0, rule: "expect") }
    if isStopped || output.format != .json {
      var document = working.document
      document.diagnostics += complaints.map(DiagnosticDocument.Entry.init)
      output.plan(document)
    }
    if differences != nil {
      output.diagnostics(complaints)
      return CommandEnd(.refused)
    }
    if isStopped { return CommandEnd(PlanVerdict.status(of: plan, tellsChanges: false)) }
    if PlanVerdict.isUnreadable(plan) {
      if output.format == .json { output.report(ReportDocument(Report(planDigest: plan.digest))) }
      output.note(.error, "live state could not be read, so nothing was done")
      return CommandEnd(.liveUnreadable)
    }
    return try await carryOut(working)
  }

  private func carryOut(_ working: WorkingRun) async throws(CommandFailure) -> CommandEnd {
    let plan = working.made.plan
    guard !plan.isEmpty else {
      let document = ReportDocument(Report(planDigest: plan.digest))
      if working.run.output.format == .json { working.run.output.report(document) }
      return CommandEnd(plan.unknown.isEmpty ? .done : .someFailed, summary: document.summary)
    }
    if working.run.output.format.isForPeople { working.run.console.output("") }
    let execution = PlanExecution(
      run: working.run,
      made: working.made,
      credentials: working.credentials,
      store: working.store,
      lock: working.lock,
      engine: working.engine,
      seed: engineOptions.seed,
      waits: !waiting.noWait,
      source: fileOptions.files.joined(separator: " ")
    )
    let (end, report) = try await execution.carryOut()
    let isAdvertised = engineOptions.advertise != nil || working.made.desired.engine.advertise != nil
    if !sandbox, !isAdvertised { ContactAdvice.note(working.made, report, working.run.output) }
    return end
  }
}
