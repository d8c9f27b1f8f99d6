/** Images of services that an app uses, and never are the app. */
const services =
  /(^|\/)(postgres\w*|postgis|pgvector|mysql|mariadb|percona|mongo\w*|redis[\w-]*|valkey|keydb|dragonfly\w*|memcached|rabbitmq|nats|kafka|zookeeper|elasticsearch|opensearch|kibana|grafana|prometheus|loki|jaeger|nginx[\w-]*|caddy|traefik|haproxy|httpd|apache|varnish|minio|mailhog|mailpit|maildev|mailcatcher|adminer|pgadmin\d?|phpmyadmin|mongo-express|redis-commander|redisinsight|localstack|wiremock|selenium|chrome|certbot|busybox|cockroach|couchdb|neo4j|influxdb|clickhouse[\w-]*|vault|consul|etcd|keycloak|sentry|cadvisor|node-exporter|watchtower|portainer|cloudflared|mssql[\w-]*|meilisearch|typesense|solr|dynamodb-local|azurite|imgproxy|gotenberg|pgbouncer|php[\w-]*|wordpress)([:@].*)?$/i

const redis = /(^|\/)(redis[\w-]*|valkey|keydb|dragonfly\w*)([:@].*)?$/i

export function isServiceImage(image: string): boolean {
  return services.test(image)
}

/** Redis or what speaks its protocol; not the tools beside it. */
export function isRedisImage(image: string): boolean {
  return redis.test(image) && !/commander|insight|exporter|sentinel/i.test(image)
}
