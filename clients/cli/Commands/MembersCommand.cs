using System.CommandLine;
using System.Globalization;
using IdentityGrpc.Cli.Output;
using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Commands;

/// <summary><c>idctl members</c>: the members of a department, or of a whole tree of departments.</summary>
internal sealed class MembersCommand(GlobalOptions globals, Surroundings surroundings)
{
    private readonly Argument<string> _department = new("DEPARTMENT") { Description = "0 for the root, an open_department_id (od-…) or a department_id." };
    private readonly Option<bool> _recursive = new("--recursive", "-r") { Description = "Also the members of all departments below." };
    private readonly Option<bool> _distinct = new("--distinct") { Description = "Each person once; else once under each of their departments." };
    private readonly Option<bool> _independent = new("--independent") { Description = "With 0: also people whom the app sees outside any department." };
    private readonly Option<bool> _profile = new("--profile") { Description = "Also name, e-mail, mobile and what else the app may see." };
    private readonly IdTypesOption _idTypes = new();

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Goes on where the run that wrote this file stopped, and keeps it up to date; with csv or json only.",
        HelpName = "FILE",
    };

    private readonly Option<uint> _batchSize = new("--batch-size")
    {
        Description = "Members in one message, 1 to 1000; 200 by default.",
        HelpName = "N",
        CustomParser = result =>
        {
            if (uint.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out uint size)) return size;
            result.AddError($"--batch-size: '{result.Tokens[0].Value}' is not a whole number.");
            return 0;
        },
    };

    /// <summary>Its grammar and action.</summary>
    public Command Build()
    {
        var command = new Command("members", "The members of a department.");
        command.Arguments.Add(_department);
        foreach (Option option in (Option[])[_recursive, _distinct, _independent, _profile, _idTypes, _batchSize, _resume]) command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = globals.Read(parsed);
        bool profile = parsed.GetValue(_profile);
        var file = parsed.GetValue(_resume) is { } path ? new CursorFile(path) : null;
        if (file is not null && settings.Format == OutputFormat.Table) throw new IdctlException(ExitCode.Usage, "--resume: a table cannot be continued; choose -o csv or -o json");
        var request = Request(parsed, settings);
        if (file is not null) request.Cursor = await file.ReadAsync(cancellation);
        using var connection = new Connection(settings.Server, settings.Priority, surroundings.Time);
        var stream = new ResumedStream<StreamDepartmentMembersRequest, StreamDepartmentMembersResponse>(connection, new RetryPolicy(surroundings.Time, surroundings.Random),
            static (service, next, options) => service.StreamDepartmentMembers(next, options), static (next, message) => next.Cursor = message.Cursor);
        var writer = RowWriters.Create<Member>(
            settings.Format, surroundings, MemberColumns.All(profile), MemberColumns.ForTable(_idTypes.Fields(parsed), profile),
            member => IdentityColumns.OutcomeOf(member.Identity), isContinued: request.Cursor.Length > 0);
        var summary = await WorkProgress.RunAsync(surroundings, "members", async report =>
        {
            MembersSummary? last = null;
            try
            {
                await foreach (var message in stream.ReadAsync(request, settings.Timeout, cancellation))
                {
                    foreach (var member in message.Members) writer.Write(member);
                    await writer.FlushAsync(cancellation);
                    if (file is not null && message.Summary is null) await file.WriteAsync(message.Cursor, cancellation);
                    if (message.Progress is { } progress) Report(report, progress);
                    last = message.Summary;
                }
            }
            finally
            {
                await writer.FinishAsync(CancellationToken.None);
            }
            return last;
        });
        var end = await EndAsync(summary);
        file?.Delete();
        return (int)end;
    }

    private static void Report(WorkReport report, MembersProgress progress) => report(
        (long)progress.MembersSent,
        progress.MembersEstimated == 0 ? null : (long)Math.Max(progress.MembersEstimated, progress.MembersSent),
        FormattableString.Invariant($"{progress.DepartmentsDone:N0}/{progress.DepartmentsKnown:N0} departments"));

    private StreamDepartmentMembersRequest Request(ParseResult parsed, GlobalSettings settings) => new()
    {
        App = settings.App,
        TenantKey = settings.TenantKey,
        DepartmentId = parsed.GetRequiredValue(_department),
        Recursive = parsed.GetValue(_recursive),
        Distinct = parsed.GetValue(_distinct),
        IncludeIndependentMembers = parsed.GetValue(_independent),
        IncludeProfile = parsed.GetValue(_profile),
        IdTypes = { parsed.GetValue(_idTypes) ?? [] },
        BatchSize = parsed.GetValue(_batchSize),
    };

    private async Task<ExitCode> EndAsync(MembersSummary? summary)
    {
        if (summary is null) throw new IdctlException(ExitCode.CallFailed, "the stream ended without a summary; the list may not be complete");
        await surroundings.Error.WriteLineAsync(FormattableString.Invariant(
            $"members: {summary.Members:N0}, departments: {summary.Departments:N0}, {(summary.Complete ? "complete" : "not complete")}"));
        foreach (var skipped in summary.Skipped)
        {
            await surroundings.Error.WriteLineAsync(Printable.Of($"  skipped {NameOf(skipped)}: {EnumText.Of(skipped.Reason)}: {skipped.Message}"));
        }
        if (summary.SkippedUnlisted > 0) await surroundings.Error.WriteLineAsync(FormattableString.Invariant($"  skipped {summary.SkippedUnlisted:N0} more"));
        if (summary.MayRepeat) await surroundings.Error.WriteLineAsync("  people who changed departments during the walk may be listed twice: it was resumed");
        return summary.Complete ? ExitCode.Ok : ExitCode.Incomplete;
    }

    private static string NameOf(Skipped skipped) => skipped.Kind switch
    {
        SkippedKind.DepartmentsBelow => $"departments below {skipped.DepartmentId}",
        SkippedKind.UserGroup => $"user group {skipped.UserGroupId}",
        SkippedKind.IndependentMembers => "independent members",
        _ => skipped.DepartmentId,
    };
}
