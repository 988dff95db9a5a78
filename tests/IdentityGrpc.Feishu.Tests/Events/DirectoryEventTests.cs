using System.Globalization;
using System.Text;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Events;

namespace IdentityGrpc.Feishu.Tests.Events;

/// <summary>Reference §7.2 and §7.3: whom and what an event touches, in both envelopes.</summary>
public class DirectoryEventTests
{
    private static readonly App s_app = new("default", new("cli_sbx01"), new("sandbox"), [new("tk_sandbox_0001")]);
    private static readonly AppTenant s_scope = s_app.In(new("tk_sandbox_0001"));
    private static readonly EventReader s_reader = new(new EventSource(s_app, null, "vt"));

    [Fact]
    public void UserUpdated_OldAndNew_AreBothTouched()
    {
        var change = Newer("contact.user.updated_v3", """
            {"object":{"open_id":"ou_1","union_id":"on_1","user_id":"ada02","email":"Ada@ex.test","mobile":"+41446681800","department_ids":["od-a"]},
            "old_object":{"user_id":"ada01","mobile":"13800000000","department_ids":["od-b"]}}
            """);
        Assert.Equal((ChangeKind.UserUpdated, s_scope, "e1"), (change.Kind, change.Scope, change.EventId));
        Assert.Equal([Id(IdType.OpenId, "ou_1"), Id(IdType.UnionId, "on_1"), Id(IdType.UserId, "ada02"), Id(IdType.UserId, "ada01")], change.People);
        Assert.Equal(["ada@ex.test", "+41446681800", "+8613800000000"], change.Contacts.Select(c => c.Value));
        Assert.Equal(["od-a", "od-b"], change.Departments);
        Assert.True(change.ShowsContacts);
    }

    // U21: either form names the same people and contacts.
    [Fact]
    public void UserUpdated_CompleteOldObject_IsReadAlike()
    {
        var changed = Newer("contact.user.updated_v3", """{"object":{"open_id":"ou_1","user_id":"b","email":"ada@ex.test","mobile":""},"old_object":{"user_id":"a"}}""");
        var complete = Newer("contact.user.updated_v3", """{"object":{"open_id":"ou_1","user_id":"b","email":"ada@ex.test","mobile":""},"old_object":{"open_id":"ou_1","user_id":"a","email":"ada@ex.test","mobile":""}}""");
        Assert.Equal(changed.People.Order(s_byValue), complete.People.Order(s_byValue));
        Assert.Equal(changed.Contacts, complete.Contacts);
        Assert.True(changed.ShowsContacts && complete.ShowsContacts);
    }

    [Theory]
    [InlineData("\"email\":\"ada@ex.test\"")]
    [InlineData("\"mobile\":\"+41446681800\"")]
    [InlineData("\"email\":null,\"mobile\":\"\"")]
    [InlineData("\"name\":\"Ada\"")]
    public void User_ContactsNotAllShown_AreUnknown(string fields) =>
        Assert.False(Newer("contact.user.updated_v3", $$$"""{"object":{"open_id":"ou_1",{{{fields}}}}}""").ShowsContacts);

    [Fact]
    public void UserDeleted_DepartmentsOfTheOldObject_AreTaken()
    {
        var change = Newer("contact.user.deleted_v3", """{"object":{"open_id":"ou_1","union_id":"on_1","user_id":"ada02","name":"Ada"},"old_object":{"department_ids":["od-a"],"open_id":"ou_1"}}""");
        Assert.Equal(ChangeKind.UserDeleted, change.Kind);
        Assert.Equal(3, change.People.Count);
        Assert.Equal(["od-a"], change.Departments);
        Assert.False(change.ShowsContacts);
    }

    [Theory]
    [InlineData("{\"object\":{\"open_department_id\":\"od-a\",\"parent_department_id\":\"od-p\"},\"old_object\":{\"open_department_id\":\"od-a\",\"name\":\"Ops\"}}", false)]
    [InlineData("{\"object\":{\"open_department_id\":\"od-a\",\"parent_department_id\":\"od-p\"},\"old_object\":{\"open_department_id\":\"od-a\",\"parent_department_id\":\"od-p\"}}", false)]
    [InlineData("{\"object\":{\"open_department_id\":\"od-a\",\"parent_department_id\":\"od-p\"},\"old_object\":{\"open_department_id\":\"od-a\",\"parent_department_id\":\"od-q\"}}", true)]
    [InlineData("{\"object\":{\"open_department_id\":\"od-a\"},\"old_object\":{\"open_department_id\":\"od-a\"}}", true)]
    [InlineData("{\"object\":{\"open_department_id\":\"od-a\",\"parent_department_id\":\"od-p\"}}", true)]
    public void DepartmentUpdated_ParentNotCertainlyTheSame_MayMovePeople(string content, bool moves)
    {
        var change = Newer("contact.department.updated_v3", content);
        Assert.Equal(["od-a"], change.Departments);
        Assert.Equal(moves, change.MayMovePeople);
        Assert.Empty(change.People);
    }

    [Theory]
    [InlineData("contact.department.created_v3", ChangeKind.DepartmentCreated)]
    [InlineData("contact.department.deleted_v3", ChangeKind.DepartmentDeleted)]
    public void DepartmentCreatedOrDeleted_MovesNobody(string type, ChangeKind kind)
    {
        var change = Newer(type, """{"object":{"open_department_id":"od-a","status":{"is_deleted":true}},"old_object":{"open_department_id":"od-a"}}""");
        Assert.Equal((kind, false), (change.Kind, change.MayMovePeople));
        Assert.Equal(["od-a"], change.Departments);
    }

    [Fact]
    public void ScopeUpdated_IsAboutEverybody()
    {
        var change = Newer("contact.scope.updated_v3", """{"added":{"users":[{"open_id":"ou_1"}],"departments":[],"user_groups":[]},"removed":{}}""");
        Assert.Equal(ChangeKind.ScopeUpdated, change.Kind);
        Assert.Empty(change.People);
    }

    [Theory]
    [InlineData("user_add", ChangeKind.UserCreated)]
    [InlineData("user_update", ChangeKind.UserUpdated)]
    [InlineData("user_status_change", ChangeKind.UserUpdated)]
    [InlineData("user_leave", ChangeKind.UserDeleted)]
    [InlineData("dept_add", ChangeKind.DepartmentCreated)]
    [InlineData("dept_update", ChangeKind.DepartmentUpdated)]
    [InlineData("dept_delete", ChangeKind.DepartmentDeleted)]
    [InlineData("contact_scope_change", ChangeKind.ScopeUpdated)]
    public void OlderEnvelope_IsReadAsItsTwin(string type, ChangeKind kind)
    {
        bool isUser = type.StartsWith("user_", StringComparison.Ordinal), isDepartment = type.StartsWith("dept_", StringComparison.Ordinal);
        string about = isUser ? ",\"open_id\":\"ou_1\",\"union_id\":\"on_1\",\"employee_id\":\"ada02\"" : isDepartment ? ",\"open_department_id\":\"od-a\"" : "";
        var change = Read($$$"""
            {"ts":"1767225600.250","uuid":"u1","token":"vt","type":"event_callback","event":{"type":"{{{type}}}","app_id":"cli_sbx01","tenant_key":"tk_sandbox_0001"{{{about}}}}}
            """);
        Assert.Equal((kind, "u1", s_scope), (change.Kind, change.EventId, change.Scope));
        Assert.Equal(isUser ? [Id(IdType.OpenId, "ou_1"), Id(IdType.UnionId, "on_1"), Id(IdType.UserId, "ada02")] : [], change.People);
        Assert.Equal(isDepartment ? ["od-a"] : [], change.Departments);
        Assert.False(change.ShowsContacts);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1767225600250), change.OccurredAt);
    }

    [Theory]
    [InlineData("\"1767225600000\"", 1767225600000L)]
    [InlineData("1767225600000", 1767225600000L)]
    [InlineData("\"1767225600000123\"", 1767225600000L)]
    [InlineData("\"soon\"", null)]
    [InlineData("\"99999999999999999999999999999999\"", null)]
    public void CreateTime_MillisecondsOrMicroseconds_IsRead(string time, long? milliseconds)
    {
        var change = Newer("contact.user.updated_v3", """{"object":{"open_id":"ou_1"}}""", time);
        Assert.Equal(milliseconds is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null, change.OccurredAt);
    }

    [Fact]
    public void EventId_MissingOrEndless_IsWhatTheEventSays()
    {
        string[] ids = [.. new[] { "", new string('e', 1000) }.SelectMany(id => new[] { id, id }).Select(id => Newer("contact.user.updated_v3", """{"object":{"open_id":"ou_1"}}""", id: id).EventId)];
        Assert.All(ids, id => Assert.Equal(64, id.Length));
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public void Change_InText_HidesWhomItIsAbout() =>
        Assert.Equal("UserUpdated", Newer("contact.user.updated_v3", """{"object":{"open_id":"ou_1","email":"ada@ex.test"}}""").ToString());

    private static readonly Comparer<PersonId> s_byValue = Comparer<PersonId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value));

    private static PersonId Id(IdType type, string value) => PersonId.Of(s_scope, type, value);

    private static DirectoryChange Newer(string type, string content, string time = "\"1767225600000\"", string id = "e1") => Read(string.Create(CultureInfo.InvariantCulture, $$"""
        {"schema":"2.0","header":{"event_id":"{{id}}","event_type":"{{type}}","create_time":{{time}},"token":"vt","app_id":"cli_sbx01","tenant_key":"tk_sandbox_0001"},"event":{{content}}}
        """));

    private static DirectoryChange Read(string json) => Assert.IsType<EventPost.Directory>(s_reader.Read(Encoding.UTF8.GetBytes(json), default)).Change;
}
