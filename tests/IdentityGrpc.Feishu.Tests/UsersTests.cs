using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Tests.Wire;

namespace IdentityGrpc.Feishu.Tests;

public sealed class UsersTests
{
    [Fact]
    public async Task GetUsersAsync_SeveralIds_RepeatsTheParameterAndReadsThePeople()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""
            {"items":[
              {"union_id":"on_bob","open_id":"ou_bob","user_id":77,"name":{"odd":[1,2]},"new_field":true},
              {"union_id":"on_ada","open_id":"ou_ada","user_id":"ada01","status":{"is_activated":true}}]}
            """));

        var outcome = await bed.GetAsync(null, Bed.Ada, Bed.Bob);

        Assert.Equal(
            [new Person { OpenId = Bed.Bob, UnionId = "on_bob", UserId = "77" }, new Person { OpenId = Bed.Ada, UnionId = "on_ada", UserId = "ada01", Status = UserStatus.Activated }],
            outcome.Value!);
        Assert.Equal("GET", bed.Calls[0].Method);
        Assert.Equal("/open-apis/contact/v3/users/batch?user_ids=ou_ada&user_ids=ou_bob&user_id_type=open_id&department_id_type=open_department_id", bed.Calls[0].Target);
        Assert.Empty(bed.Budget.Taken);
    }

    [Fact]
    public async Task GetUsersAsync_AwkwardIds_ArePercentEncoded()
    {
        await using var bed = new Bed().Answering(Bed.Ok("{}"));

        await bed.Directory.GetUsersAsync(bed.Scope, IdType.UserId, ["a&b=c", "d/e?f#g", "h%20+i"], Bed.Call);

        Assert.StartsWith("user_ids=a%26b%3Dc&user_ids=d%2Fe%3Ff%23g&user_ids=h%2520%2Bi&user_id_type=user_id", bed.Calls[0].Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetUsersAsync_RowsWithoutOpenId_AreLeftOut()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"items":[{"union_id":"on_ada"},{"open_id":"ou_ada"}]}"""));

        var outcome = await bed.GetAsync(null, Bed.Ada, Bed.Bob);

        Assert.Equal(new Person { OpenId = Bed.Ada, UnionId = null }, Assert.Single(outcome.Value!));
    }

    [Theory]
    [InlineData("""{"code":0,"msg":"success"}""")]
    [InlineData("""{"code":"0","msg":"success","data":{}}""")]
    [InlineData("""{"code":0,"data":{"items":null}}""")]
    [InlineData("""{"code":0,"data":{"items":""}}""")]
    public async Task GetUsersAsync_NothingVisible_IsEmpty(string json)
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Json(json));

        var outcome = await bed.GetAsync();

        Assert.Empty(outcome.Value!);
    }

    [Fact]
    public async Task GetUsersAsync_ByteOrderMark_IsSkipped()
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Json("\ufeff{\"code\":0}"));

        Assert.True((await bed.GetAsync()).Succeeded);
    }

    [Fact]
    public async Task GetUsersAsync_IdsThatMakeTooLongAUrl_AreToBeHalvedWithoutACall()
    {
        await using var bed = new Bed().Answering(Bed.Ok("{}"));
        string[] ids = [.. Enumerable.Range(0, 50).Select(i => new string('%', 62) + i)];

        var refused = await bed.Directory.GetUsersAsync(bed.Scope, IdType.UserId, ids, Bed.Call);

        Assert.Equal(FailureReason.InvalidInput, refused.Failure!.Reason);
        Assert.Equal([], refused.Failure.InvalidIds!);
        Assert.Empty(bed.Calls);
        Assert.True((await bed.Directory.GetUsersAsync(bed.Scope, IdType.UserId, ids[..20], Bed.Call)).Succeeded);
    }

    [Fact]
    public async Task GetUserAsync_Resigned_IsRead()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"user":{"open_id":"ou_ada","union_id":"on_ada","status":{"is_resigned":true}}}"""));

        var outcome = await bed.Directory.GetUserAsync(bed.Scope, IdType.UnionId, "on_ada", Bed.Call);

        Assert.Equal(new Person { OpenId = Bed.Ada, UnionId = "on_ada", Status = UserStatus.Resigned }, outcome.Value);
        Assert.Equal("/open-apis/contact/v3/users/on_ada?user_id_type=union_id&department_id_type=open_department_id", bed.Calls[0].Target);
    }

    [Theory]
    [InlineData("""{"user":{"name":"A"}}""")]
    [InlineData("{}")]
    public async Task GetUserAsync_AnswerAboutNobody_IsNoAnswer(string data)
    {
        await using var bed = new Bed(options: o => o.Retries = 0).Answering(Bed.Ok(data));

        var outcome = await bed.Directory.GetUserAsync(bed.Scope, IdType.OpenId, Bed.Ada, Bed.Call);

        Assert.Equal(FailureReason.UpstreamUnavailable, outcome.Failure!.Reason);
        Assert.True(outcome.Failure.Retryable);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("")]
    public async Task GetUserAsync_DotSegment_NeverReachesAnotherPath(string id)
    {
        await using var bed = new Bed();

        var user = await bed.Directory.GetUserAsync(bed.Scope, IdType.UserId, id, Bed.Call);
        var department = await bed.Directory.GetDepartmentAsync(bed.Scope, new(DepartmentIdType.DepartmentId, id), Bed.Call);

        Assert.Equal(FailureReason.InvalidInput, user.Failure!.Reason);
        Assert.Equal(FailureReason.InvalidInput, department.Failure!.Reason);
        Assert.Empty(bed.Server.Requests);
    }

    [Fact]
    public async Task GetUserAsync_IdWithSlashes_StaysOneSegment()
    {
        await using var bed = new Bed(options: o => o.Retries = 0).Answering(Bed.Ok("{}"));

        await bed.Directory.GetUserAsync(bed.Scope, IdType.UserId, "../departments/0", Bed.Call);

        Assert.Equal("/open-apis/contact/v3/users/..%2Fdepartments%2F0", bed.Calls[0].Path);
    }
}
