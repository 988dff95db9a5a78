using Google.Protobuf.Reflection;
using IdentityGrpc.Cli.Output;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Output;

public class ColumnsTests
{
    [Fact]
    public void LookupColumns_Names_AreTheContractsFields()
    {
        string[] own = ["line", "contact"];
        string[] contract = [.. Fields(Identity.Descriptor), .. Fields(Unresolved.Descriptor), .. Fields(Provenance.Descriptor)];
        Assert.Equal(own.Concat(contract).Order(), LookupRow.Columns("contact").Select(column => column.Name).Order());
    }

    [Fact]
    public void MemberColumns_Names_AreTheContractsFields()
    {
        string[] contract = [.. Fields(Identity.Descriptor), "missing_scopes", "department_ids", .. Fields(Profile.Descriptor)];
        Assert.Equal(contract.Order(), MemberColumns.All(withProfile: true).Select(column => column.Name).Order());
    }

    [Theory]
    [InlineData(UnresolvedReason.NotFoundOrNotVisible)]
    [InlineData(UnresolvedReason.CrossAppId)]
    public void EnumText_Reason_IsTheContractsNameWithoutItsPrefix(UnresolvedReason reason)
    {
        string name = IdentityReflection.Descriptor.EnumTypes.Single(type => type.Name == "UnresolvedReason").FindValueByNumber((int)reason).Name;
        Assert.Equal(name, "UNRESOLVED_REASON_" + EnumText.Of(reason));
    }

    private static IEnumerable<string> Fields(MessageDescriptor message) => message.Fields.InFieldNumberOrder().Select(field => field.Name);
}
