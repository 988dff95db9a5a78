namespace IdentityGrpc.Sandbox.Tests.Contact;

public sealed class UserTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    private readonly RunningSandbox sandbox = shared.Sandbox;

    [Theory]
    [InlineData("open_id")]
    [InlineData("union_id")]
    [InlineData("user_id")]
    public async Task Batch_EveryIdType_AnswersAllThreeIds(string type)
    {
        foreach (var chunk in sandbox.Main.Where(user => !user.IsResigned).Chunk(50))
        {
            var ids = chunk.Select(user => type switch { "open_id" => user.OpenId("default"), "union_id" => user.UnionId("sandbox"), _ => user.UserId });
            var answer = (await sandbox.CallAsync($"users/batch?user_id_type={type}&user_ids={string.Join("&user_ids=", ids)}")).Ok();
            var items = answer.Items.ToDictionary(item => item.GetProperty("open_id").GetString()!);
            Assert.All(chunk, user =>
            {
                var item = items[user.OpenId("default")];
                Assert.Equal((user.UnionId("sandbox"), user.UserId, user.Name),
                    (item.GetProperty("union_id").GetString(), item.GetProperty("user_id").GetString(), item.GetProperty("name").GetString()));
            });
            Assert.Equal(chunk.Length, items.Count);
        }
    }

    [Theory]
    [InlineData("open_id", "ou_0123456789abcdef0123456789abcdef", 99992351)]
    [InlineData("open_id", "rubbish", 99992351)]
    [InlineData("union_id", "on_0123456789abcdef0123456789abcdef", 99992364)]
    [InlineData("user_id", "zzzzzzzz", 99992360)]
    public async Task U1_U2_Batch_UnknownId_FailsTheCallAndIsNamed(string type, string id, int code)
    {
        var user = sandbox.Someone;
        var known = type switch { "open_id" => user.OpenId("default"), "union_id" => user.UnionId("sandbox"), _ => user.UserId };
        var answer = await sandbox.CallAsync($"users/batch?user_id_type={type}&user_ids={known}&user_ids={id}");
        answer.Is(400, code);
        Assert.EndsWith($"Invalid ids: [{id}]", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("sibling")]
    public async Task R3_Batch_OpenIdOfAnotherApp_Is99992361NamingNone(string app)
    {
        var answer = await sandbox.CallAsync($"users/batch?user_ids={sandbox.Someone.OpenId(app)}");
        answer.Is(400, 99992361);
        Assert.Equal("open_id cross app", answer.Message);
    }

    [Fact]
    public async Task R4_Batch_UnionIdOfTheProvidersOtherApp_Resolves()
    {
        var user = sandbox.Someone;
        var answer = (await sandbox.CallAsync($"users/batch?user_id_type=union_id&user_ids={user.UnionId("sandbox")}", "sibling")).Ok();
        Assert.Equal(user.OpenId("sibling"), answer.Items.Single().GetProperty("open_id").GetString());
    }

    [Fact]
    public async Task R4_Batch_UnionIdOfAnotherProvider_IsUnknown() =>
        (await sandbox.CallAsync($"users/batch?user_id_type=union_id&user_ids={sandbox.Someone.UnionId("strangers")}")).Is(400, 99992364);

    [Fact]
    public async Task Batch_SeveralTroubles_TheFirstKindAnswersNamingItsIds()
    {
        var (a, b) = ("ou_0123456789abcdef0123456789abcdef", "x1");
        var answer = await sandbox.CallAsync($"users/batch?user_ids={a}&user_ids={sandbox.Someone.OpenId("stranger")}&user_ids={b}");
        answer.Is(400, 99992351);
        Assert.EndsWith($"Invalid ids: [{a}, {b}]", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task U34_Batch_Resigned_IsAnUnknownId()
    {
        var resigned = sandbox.Main.First(user => user.IsResigned);
        (await sandbox.CallAsync($"users/batch?user_ids={resigned.OpenId("default")}")).Is(400, 99992351);
    }

    [Fact]
    public async Task Batch_OutOfContactScope_IsLeftOut()
    {
        var everyone = sandbox.Main.Where(user => !user.IsResigned).Take(60).ToList();
        var answer = (await sandbox.CallAsync($"users/batch?user_ids={string.Join("&user_ids=", everyone.Select(user => user.OpenId("narrow")))}", "narrow")).Ok();
        Assert.InRange(answer.Items.Count, 1, everyone.Count - 1);
        Assert.All(answer.Items, item => Assert.False(item.TryGetProperty("user_id", out _)));
    }

    [Fact]
    public async Task R41_Batch_Duplicates_AreOneItem()
    {
        var id = sandbox.Someone.OpenId("default");
        Assert.Single((await sandbox.CallAsync($"users/batch?user_ids={id}&user_ids={id}")).Ok().Items);
    }

    [Fact]
    public async Task Batch_NoIds_Is99992402() => (await sandbox.CallAsync("users/batch")).Is(400, 99992402);

    [Fact]
    public async Task Batch_WrongIdType_Is99992402() => (await sandbox.CallAsync("users/batch?user_ids=a&user_id_type=lark_id")).Is(400, 99992402);

    [Fact]
    public async Task R28_Get_Resigned_AnswersWithoutDepartments()
    {
        var resigned = sandbox.Main.First(user => user.IsResigned);
        var user = (await sandbox.CallAsync($"users/{resigned.OpenId("default")}")).Ok().Data.GetProperty("user");
        Assert.True(user.GetProperty("status").GetProperty("is_resigned").GetBoolean());
        Assert.False(user.TryGetProperty("department_ids", out _));
    }

    [Fact]
    public async Task Get_OutOfContactScope_Is41050()
    {
        var narrow = sandbox.Main.Where(user => !user.IsResigned).Select(user => user.OpenId("narrow"));
        List<Answer> answers = [];
        foreach (var id in narrow.Take(60))
        {
            answers.Add(await sandbox.CallAsync($"users/{id}", "narrow"));
        }

        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.Is(400, 41050));
        Assert.Contains(answers, answer => answer.Status == 400);
    }

    [Fact]
    public async Task U3_Get_UnknownOpenId_Is99992351() => (await sandbox.CallAsync("users/ou_0123456789abcdef0123456789abcdef")).Is(400, 99992351);

    [Fact]
    public async Task R9_Get_User_NeverHasLarkId() =>
        Assert.DoesNotContain("lark_id", (await sandbox.CallAsync($"users/{sandbox.Someone.OpenId("default")}")).Ok().Text, StringComparison.Ordinal);

    [Fact]
    public async Task R38_Get_DepartmentIds_AreOfTheTypeAskedFor()
    {
        var user = sandbox.Someone;
        var open = (await sandbox.CallAsync($"users/{user.OpenId("default")}")).Ok().Data.GetProperty("user");
        var custom = (await sandbox.CallAsync($"users/{user.OpenId("default")}?department_id_type=department_id")).Ok().Data.GetProperty("user");
        Assert.Equal(user.Departments, open.GetProperty("department_ids").EnumerateArray().Select(id => id.GetString()));
        var expected = user.Departments.Select(id => sandbox.Departments.Single(department => department.OpenId == id).CustomId);
        Assert.Equal(expected, custom.GetProperty("department_ids").EnumerateArray().Select(id => id.GetString()));
    }
}
