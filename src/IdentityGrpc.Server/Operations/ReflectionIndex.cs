using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace IdentityGrpc.Server.Operations;

/// <summary>What reflection answers from: the files of every mapped gRPC service and all that they import.</summary>
internal sealed class ReflectionIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = [];
    private readonly Dictionary<string, FileDescriptor> _symbols = [];
    private readonly Dictionary<(string Type, int Number), FileDescriptor> _extensions = [];
    private readonly HashSet<string> _messages = [];

    public ReflectionIndex(EndpointDataSource endpoints)
    {
        ServiceDescriptor[] services = [.. endpoints.Endpoints
            .Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .OfType<Type>().Distinct().Select(DescriptorOf).OfType<ServiceDescriptor>()];
        Services = [.. services.Select(s => s.FullName).Distinct().Order(StringComparer.Ordinal)];
        foreach (var service in services)
        {
            Add(service.File);
        }
    }

    /// <summary>The full names of the services, in order.</summary>
    public IReadOnlyList<string> Services { get; }

    public FileDescriptor? ByName(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? BySymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

    public FileDescriptor? ByExtension(string type, int number) => _extensions.GetValueOrDefault((type, number));

    /// <summary>The numbers of a message's extensions; null where no such message is known.</summary>
    public IEnumerable<int>? ExtensionNumbers(string type) =>
        _messages.Contains(type) ? _extensions.Keys.Where(k => k.Type == type).Select(k => k.Number) : null;

    private static ServiceDescriptor? DescriptorOf(Type? implementation)
    {
        for (var type = implementation; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttributes(typeof(BindServiceMethodAttribute), inherit: false) is [BindServiceMethodAttribute bind])
            {
                return bind.BindType.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(null) as ServiceDescriptor;
            }
        }
        return null;
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file)) return;
        foreach (var message in file.MessageTypes) Add(message, file);
        foreach (var e in file.EnumTypes) Add(e, file);
        foreach (var extension in file.Extensions.UnorderedExtensions) Add(extension, file);
        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods) _symbols[method.FullName] = file;
        }
        foreach (var dependency in file.Dependencies) Add(dependency);
    }

    private void Add(MessageDescriptor message, FileDescriptor file)
    {
        _symbols[message.FullName] = file;
        _messages.Add(message.FullName);
        foreach (var field in message.Fields.InDeclarationOrder()) _symbols[field.FullName] = file;
        foreach (var oneof in message.Oneofs) _symbols[oneof.FullName] = file;
        foreach (var nested in message.NestedTypes) Add(nested, file);
        foreach (var e in message.EnumTypes) Add(e, file);
        foreach (var extension in message.Extensions.UnorderedExtensions) Add(extension, file);
    }

    private void Add(EnumDescriptor e, FileDescriptor file)
    {
        _symbols[e.FullName] = file;
        foreach (var value in e.Values) _symbols[value.FullName] = file;
    }

    private void Add(FieldDescriptor extension, FileDescriptor file)
    {
        _symbols[extension.FullName] = file;
        _extensions[(extension.ExtendeeType.FullName, extension.FieldNumber)] = file;
    }
}
