using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Core.Tests.Members;

/// <summary>Trouble on the way: the right partial result, named.</summary>
public class PartialWalkTests
{
    // Reference §4.2: too large to be listed at once, so level by level.
    [Theory]
    [InlineData("0")]
    [InlineData("od-c")]
    public async Task DepartmentTooLarge_IsListedLevelByLevel(string tooLarge)
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Fails = c => c.Kind == "below" && (c.Id == "0" || c.Id == tooLarge) ? new(FailureReason.InvalidInput, "big dept forbid recursion error") { Code = 43010 } : null;
        var walked = await rig.ReadAsync();
        walked.AssertComplete();
        Assert.Equal(9, walked.Members.Count);
        Assert.Equal(5, walked.Last.After.DepartmentsKnown);
    }

    // R35, and who is also in another department comes with that.
    [Fact]
    public async Task DepartmentOutsideTheContactScope_IsNamed()
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Fails = c => c is { Kind: "members", Id: "od-a" } ? ScriptedCompany.OutOfScope : null;
        var walked = await rig.ReadAsync();
        Assert.Equal(["ou_root", "ou_b1", "ou_c1", "ou_d1", "ou_d2", "ou_d3", "ou_d4", "ou_dual"], walked.Members);
        Assert.Equal(new SkippedPart(SkippedKind.Department, "od-a", ScriptedCompany.OutOfScope), Assert.Single(walked.Skipped));
        Assert.Equal(4, walked.Last.After.DepartmentsDone);
        Assert.Single(rig.Company.Calls, c => c is { Kind: "members", Id: "od-a" });
    }

    [Fact]
    public async Task DepartmentDeletedInTheMiddle_IsNamed()
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Before = (c, _) =>
        {
            if (c is { Kind: "members", Id: "od-d", PageToken: not null }) rig.Company.Remove("od-d");
            return Task.CompletedTask;
        };
        var walked = await rig.ReadAsync();
        var skipped = Assert.Single(walked.Skipped);
        Assert.Equal(("od-d", 99992357, true), (skipped.Id, skipped.Failure.Code, skipped.IsPartlyRead));
        Assert.Contains("ou_d1", walked.Members);
    }

    [Fact]
    public async Task DepartmentThatFailsOnce_HasAnotherTurnAtTheEnd()
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        int failures = 0;
        rig.Company.Fails = c => c is { Kind: "members", Id: "od-a" } && failures++ == 0 ? ScriptedCompany.Outage : null;
        var walked = await rig.ReadAsync();
        walked.AssertComplete();
        Assert.Equal(["ou_root", "ou_b1", "ou_c1", "ou_d1", "ou_d2", "ou_d3", "ou_d4", "ou_dual", "ou_a1"], walked.Members);
    }

    [Fact]
    public async Task DepartmentThatFailsForEver_IsNamedAfterItsSecondTurn()
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Fails = c => c is { Kind: "members", Id: "od-d", PageToken: not null } ? ScriptedCompany.Outage : null;
        var walked = await rig.ReadAsync();
        Assert.Equal(["ou_root", "ou_a1", "ou_dual", "ou_b1", "ou_c1", "ou_d1", "ou_d2", "ou_d3"], walked.Members);
        Assert.Equal(("od-d", true), (Assert.Single(walked.Skipped).Id, walked.Skipped[0].IsPartlyRead));
        Assert.Equal(2, rig.Company.Calls.Count(c => c is { Kind: "members", Id: "od-d", PageToken: not null }));
    }

    // Nothing is listed as skipped by the hundred because the platform is down: the walk breaks off and goes on later.
    [Fact]
    public async Task PlatformDown_BreaksOffAndResumesWithoutLoss()
    {
        var company = new ScriptedCompany().Person("root", "0");
        for (int d = 0; d < 30; d++) company.Department($"od-{d:D2}").Person($"{d:D2}", $"od-{d:D2}");
        using var rig = new WalkRig(company);
        rig.Company.Fails = c => c.Kind == "members" && string.CompareOrdinal(c.Id, "od-09") > 0 ? ScriptedCompany.Outage : null;
        var first = await rig.ReadAsync();
        Assert.Equal(ScriptedCompany.Outage, first.Last.Broken);
        rig.Company.Fails = _ => null;
        var rest = await rig.ReadAsync(from: first.Batches[^2].After);
        rest.AssertComplete();
        Assert.Equal(company.People.Order(), first.Members.Concat(rest.Members).Order());
    }

    [Fact]
    public async Task NothingToBeRead_IsTheFailureOfTheCall()
    {
        using var rig = new WalkRig(new ScriptedCompany());
        rig.Company.Fails = c => c.Kind == "members" ? ScriptedCompany.Outage : null;
        Assert.Equal(ScriptedCompany.Outage, (await rig.ReadAsync()).Last.Broken);
    }

    // A missing scope is not a matter of one department.
    [Fact]
    public async Task ScopeTakenAway_BreaksOff()
    {
        var missing = new Failure(FailureReason.NoPermission, "Scopes.") { Code = 99991672, MissingScopes = ["contact:contact.base:readonly"] };
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Fails = c => c is { Kind: "members", Id: "od-b" } ? missing : null;
        Assert.Equal(missing, (await rig.ReadAsync()).Last.Broken);
    }

    [Fact]
    public async Task SamePageTokenForEver_IsNamed()
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Pages = (c, page) => c.Id == "od-b" ? page with { NextPageToken = "after:ou_" } : page;
        var walked = await rig.ReadAsync();
        Assert.Equal("od-b", Assert.Single(walked.Skipped).Id);
        Assert.Equal(9, walked.Members.Count);
        Assert.Single(walked.Members, "ou_b1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EverNewPageTokens_AreNamed(bool empty)
    {
        int page = 0;
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Pages = (c, read) => c.Id == "od-b" ? new(empty ? [] : read.Items, $"after:ou_{++page:D5}") : read;
        var walked = await rig.ReadAsync(WalkRig.Root(distinct: false));
        Assert.Equal("od-b", Assert.Single(walked.Skipped).Id);
        Assert.InRange(walked.Members.Count(m => m == "ou_b1"), 0, 2);
        Assert.InRange(page, 2, 250);
    }

    [Fact]
    public async Task EndlessListOfDepartments_IsNamed()
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        // The company's pages of departments are not passed through Pages: the same token again and again is.
        rig.Company.Fails = c => c is { Kind: "below", PageToken: not null } ? WalkFailures.Endless : null;
        var walked = await rig.ReadAsync();
        Assert.Equal((SkippedKind.DepartmentsBelow, "0"), (Assert.Single(walked.Skipped).Kind, walked.Skipped[0].Id));
        Assert.Contains("ou_a1", walked.Members);
    }

    // The token expires between two pages of a slow stream: the department is read again, nobody comes twice.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PageTokenThatExpires_RepeatsNobody(bool distinct)
    {
        using var rig = new WalkRig(MemberWalkTests.Company(pageSize: 2));
        int expired = 0;
        rig.Company.Fails = c => c is { Kind: "members", Id: "od-d", PageToken: "after:ou_d3" } && expired++ == 0 ? ResumedWalkTests.BadToken : null;
        var walked = await rig.ReadAsync(WalkRig.Root(distinct));
        walked.AssertComplete();
        Assert.Equal(["ou_d1", "ou_d2", "ou_d3", "ou_d4"], walked.Members.Where(m => m.StartsWith("ou_d", StringComparison.Ordinal) && m != "ou_dual"));
    }

    [Fact]
    public async Task PageTokenThatNeverHolds_IsNamed()
    {
        using var rig = new WalkRig(MemberWalkTests.Company(pageSize: 2));
        rig.Company.Fails = c => c is { Kind: "members", Id: "od-d", PageToken: not null } ? ResumedWalkTests.BadToken : null;
        var walked = await rig.ReadAsync();
        Assert.Equal(("od-d", 40012), (Assert.Single(walked.Skipped).Id, walked.Skipped[0].Failure.Code));
        Assert.Equal(walked.Members.Distinct(), walked.Members);
    }

    // R33, R36: the root is out of reach, so what the scope names is walked, with what is below it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RootWithoutAllStaff_WalksWhatTheScopeNames(bool independent)
    {
        using var rig = new WalkRig(MemberWalkTests.Company().Person("solo"));
        rig.Company.Scope = new(["od-b"], ["ou_solo"], ["group"], null);
        rig.Company.Fails = c => c.Id == "0" ? ScriptedCompany.OutOfScope : null;
        var request = WalkRig.Root(batchSize: 1) with { IncludeIndependent = independent };
        var walked = await rig.ReadAsync(request);
        string[] expected = ["ou_b1", "ou_d1", "ou_d2", "ou_d3", "ou_d4", "ou_dual", .. independent ? ["ou_solo"] : Array.Empty<string>()];
        Assert.Equal(expected, walked.Members);
        Assert.Contains(walked.Skipped, s => s is { Kind: SkippedKind.Department, Id: "0" });
        Assert.Contains(walked.Skipped, s => s is { Kind: SkippedKind.UserGroup, Id: "group" });
        Assert.Equal(!independent, walked.Skipped.Any(s => s.Kind == SkippedKind.IndependentMembers));
        foreach (var batch in walked.Batches.SkipLast(1))
        {
            var rest = await rig.ReadAsync(request, batch.After);
            Assert.Equal(expected.Skip((int)batch.After.Sent), rest.Members);
            Assert.Equal(walked.Skipped.Select(s => (s.Kind, s.Id)).Order(), rest.Skipped.Select(s => (s.Kind, s.Id)).Order());
        }
    }

    // What was begun at the root is still under way when the walk gives up.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RootWithoutAnyScope_IsRefused(bool slow)
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        if (slow) rig.Company.Before = (c, token) => c.Kind == "below" ? Task.Delay(Timeout.InfiniteTimeSpan, rig.Clock, token) : Task.CompletedTask;
        rig.Company.Fails = c => c.Id == "0" ? ScriptedCompany.OutOfScope : null;
        Assert.Equal(ScriptedCompany.OutOfScope, (await rig.ReadAsync()).Last.Broken);
    }

    [Fact]
    public async Task ManyFailures_DoNotGrowThePosition()
    {
        var company = new ScriptedCompany().Person("root", "0");
        for (int d = 0; d < 300; d++) company.Department($"od-{d:D3}");
        using var rig = new WalkRig(company);
        rig.Company.Fails = c => c.Kind == "members" && c.Id != "0" ? ScriptedCompany.OutOfScope : null;
        var end = (await rig.ReadAsync()).Last.After;
        Assert.Equal((100, 200), (end.Skipped.Count, end.SkippedUnlisted));
    }
}
